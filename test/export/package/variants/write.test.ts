// Packages with smaller variants: what is in them, and that the runtime takes each.
import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { readManifest, writePackage, writeVariants } from "../../../../export/package/index.ts";
import { loadRuntime } from "../../../../runtime/index.ts";
import type { ModelSpec } from "../../../helpers/onnx-models.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";
import { tinyManifest, writeTinyPackage } from "../../../helpers/tiny-autoencoder.ts";
import { tinyContent } from "../../../helpers/tiny-content.ts";

const images = Uint8Array.of(0, 255, 51, 51, 10, 20, 30, 40, 255, 255, 255, 255);
const codes = [0.5, 0.2, 30 / 510, 70 / 510, 1, 1];

test("each variant is a file of its own in the manifest, which the runtime loads by dtype", async (t) => {
  const folder = await temporaryFolder(t);
  const written = await writePackage(tinyContent(join(folder, "a")));
  const { files, variants } = await writeVariants(written.folder, join(folder, "b"), {
    dtypes: ["fp16", "q8"],
  });
  const names = ["encoder.onnx", "decoder.onnx", "encoder.fp16.onnx", "encoder.q8.onnx"];
  assert.deepEqual(
    files.map(({ path, dtype, role }) => [path, dtype, role]),
    [
      ["encoder.onnx", "fp32", "encoder"],
      ["decoder.onnx", "fp32", "decoder"],
      ["encoder.fp16.onnx", "fp16", "encoder"],
      ["encoder.q8.onnx", "q8", "encoder"],
      ["decoder.fp16.onnx", "fp16", "decoder"],
      ["decoder.q8.onnx", "q8", "decoder"],
    ],
  );
  assert.deepEqual(
    (await readdir(join(folder, "b"))).sort(),
    [...names, "decoder.fp16.onnx", "decoder.q8.onnx", "latentkit.json"].sort(),
  );
  for (const { path, bytes } of files) assert.equal((await stat(join(folder, "b", path))).size, bytes);
  const { metrics } = await readManifest(join(folder, "b"));
  assert.equal(metrics.loss, 0.125);
  const recorded = metrics.variants as Record<string, unknown>;
  assert.deepEqual(
    Object.keys(recorded),
    variants.map(({ path }) => path),
  );
  for (const { path, ...report } of variants) {
    assert.deepEqual(recorded[path], report);
    assert.deepEqual([report.comparedOn, report.items], ["random", 256]);
    assert.ok(report.cosine > 0.999 && report.maxAbs < 0.02, `${path}: ${JSON.stringify(report)}`);
  }
  // The weights are 0.5, 1 and 0, which both say without loss: what is left is the rounding of activations.
  for (const [dtype, bound] of [
    ["fp32", 1e-6],
    ["fp16", 1e-3],
    ["q8", 1 / 255],
  ] as const) {
    const runtime = await loadRuntime(join(folder, "b"), { inline: true, dtype });
    assert.equal(runtime.info.dtype, dtype);
    const { data } = await runtime.encode(images);
    codes.forEach((value, i) => {
      assert.ok(Math.abs((data[i] as number) - value) <= bound, `${dtype}, ${i}: ${data[i]} for ${value}`);
    });
    await runtime.dispose();
  }
});

test("a dtype that a package does not have is refused with those it has", async (t) => {
  const folder = await temporaryFolder(t);
  await writeTinyPackage(join(folder, "a"));
  await writeVariants(join(folder, "a"), join(folder, "a"), { dtypes: ["fp16"] });
  await assert.rejects(loadRuntime(join(folder, "a"), { inline: true, dtype: "q8" }), {
    name: "OptionError",
    message: /dtype is "q8"; expected fp32 or fp16/,
  });
});

test("variants are added to a package in its own place, and those it had stay", async (t) => {
  const folder = join(await temporaryFolder(t), "a");
  await writeTinyPackage(folder);
  await writeVariants(folder, folder, { dtypes: ["q8"] });
  const first = await readFile(join(folder, "encoder.q8.onnx"));
  const data = Uint8Array.from({ length: 4 * 10 }, (_, i) => i * 6);
  const { variants } = await writeVariants(folder, folder, {
    dtypes: ["fp16"],
    items: { data, from: "ramp" },
  });
  assert.deepEqual(
    variants.map(({ path, comparedOn, items }) => [path, comparedOn, items]),
    [
      ["encoder.fp16.onnx", "ramp", 10],
      ["decoder.fp16.onnx", "ramp", 10],
    ],
  );
  const { files, metrics } = await readManifest(folder);
  assert.equal(files.length, 6);
  assert.deepEqual(Object.keys(metrics.variants as object).sort(), [
    "decoder.fp16.onnx",
    "decoder.q8.onnx",
    "encoder.fp16.onnx",
    "encoder.q8.onnx",
  ]);
  assert.deepEqual(await readFile(join(folder, "encoder.q8.onnx")), first);
  await (await loadRuntime(folder, { inline: true, dtype: "q8" })).dispose();
});

test("a decoder without weights has no 8-bit file, an encoder without weights is refused", async (t) => {
  const folder = await temporaryFolder(t);
  const picture = { data: BigInt64Array.of(-1n, 2n, 2n, 1n), shape: [4] };
  const plain: ModelSpec = {
    inputs: { codes: ["float32", ["batch", 2]] },
    outputs: { reconstruction: ["float32", ["batch", 2, 2, 1]] },
    nodes: [
      ["Concat", "codes codes", "rows", { axis: 1 }],
      ["Reshape", "rows picture", "reconstruction"],
    ],
    constants: { picture },
  };
  await writeTinyPackage(join(folder, "a"), { decoder: plain });
  const { files } = await writeVariants(join(folder, "a"), join(folder, "a"), { dtypes: ["q8"] });
  assert.deepEqual(
    files.map(({ path }) => path),
    ["encoder.onnx", "decoder.onnx", "encoder.q8.onnx"],
  );
  const runtime = await loadRuntime(join(folder, "a"), { inline: true, dtype: "q8" });
  assert.equal((await runtime.reconstruct(images)).reconstruction.data.length, 12);
  await runtime.dispose();

  const encoder: ModelSpec = {
    inputs: { input: ["uint8", ["batch", 2, 2, 1]] },
    outputs: { codes: ["float32", ["batch", 4]] },
    nodes: [
      ["Cast", "input", "bytes", { to: 1 }],
      ["Reshape", "bytes row", "codes"],
    ],
    constants: { row: { data: BigInt64Array.of(-1n, 4n), shape: [2] } },
  };
  const decoder: ModelSpec = {
    ...plain,
    inputs: { codes: ["float32", ["batch", 4]] },
    nodes: [["Reshape", "codes picture", "reconstruction"]],
  };
  const outputs = { ...tinyManifest.outputs, codes: { shape: [4], dtype: "float32" } };
  await writeTinyPackage(join(folder, "b"), { encoder, decoder, manifest: { codeSize: 4, outputs } });
  await assert.rejects(writeVariants(join(folder, "b"), join(folder, "c"), { dtypes: ["q8"] }), {
    name: "VariantError",
    message: "encoder.onnx: holds no weights that q8 could make smaller: leave it out",
  });
  assert.deepEqual((await readdir(folder)).sort(), ["a", "b"]);
});

test("items that are not the model's are refused, and nothing is written", async (t) => {
  const folder = await temporaryFolder(t);
  await writeTinyPackage(join(folder, "a"));
  const items = { data: new Uint8Array(7), from: "seven" };
  await assert.rejects(writeVariants(join(folder, "a"), join(folder, "b"), { dtypes: ["q8"], items }), {
    name: "PackageOptionError",
    message: "items: holds 7 values; expected at least one item of [2, 2, 1]",
  });
  assert.deepEqual(await readdir(folder), ["a"]);
});
