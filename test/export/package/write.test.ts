// Whole packages: written, loaded again, refused, and never left half done.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { PackageContent, PackageGraph, Samples } from "../../../export/package/index.ts";
import { writePackage } from "../../../export/package/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { onnxModel } from "../../helpers/onnx-models.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import {
  switchingDecoder,
  switchingEncoder,
  tinyClassifier,
  tinyDecoder,
  tinyEncoder,
} from "../../helpers/tiny-autoencoder.ts";
import { tinyContent, tinyDecoderGraph, tinyEncoderGraph } from "../../helpers/tiny-content.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));

test("a written package says what is in it, and the runtime serves it", async (t) => {
  const folder = join(await temporaryFolder(t), "package");
  const written = await writePackage(tinyContent(folder));
  assert.equal(written.folder, folder);
  assert.ok(written.parityMaxAbs < 1e-7);
  assert.deepEqual((await readdir(folder)).sort(), ["decoder.onnx", "encoder.onnx", "latentkit.json"]);

  const manifest = JSON.parse(await readFile(join(folder, "latentkit.json"), "utf8"));
  assert.deepEqual(manifest.metrics, { loss: 0.125, parityMaxAbs: written.parityMaxAbs });
  assert.deepEqual(manifest.training, { engine: "by hand", epochs: 0 });
  assert.deepEqual(manifest.outputs.reconstruction, { shape: [2, 2, 1], dtype: "float32", range: [0, 1] });
  assert.deepEqual(manifest.files, written.files);
  for (const { path, sha256, bytes } of written.files) {
    const content = await readFile(join(folder, path));
    assert.equal(createHash("sha256").update(content).digest("hex"), sha256);
    assert.equal(content.length, bytes);
  }
  const runtime = await loadRuntime(folder, { inline: true });
  assert.deepEqual((await runtime.encode(Uint8Array.of(0, 255, 51, 51))).data, Float32Array.of(0.5, 0.2));
  await runtime.dispose();
});

test("a second package takes the place of the first", async (t) => {
  const parent = await temporaryFolder(t);
  const folder = join(parent, "package");
  await writePackage(tinyContent(folder));
  await writePackage(tinyContent(folder, { name: "second" }));
  assert.equal(JSON.parse(await readFile(join(folder, "latentkit.json"), "utf8")).name, "second");
  assert.deepEqual(await readdir(parent), ["package"]);
});

test("content that is no package is refused, and the earlier package stays untouched", async (t) => {
  const parent = await temporaryFolder(t);
  const folder = join(parent, "package");
  await writePackage(tinyContent(folder));
  const before = await readFile(join(folder, "latentkit.json"), "utf8");
  const refused = async (changes: Partial<PackageContent>, name: string, message: string | RegExp) => {
    await assert.rejects(writePackage(tinyContent(folder, { name: "bad", ...changes })), { name, message });
    assert.deepEqual(await readdir(parent), ["package"]);
    assert.deepEqual((await readdir(folder)).sort(), ["decoder.onnx", "encoder.onnx", "latentkit.json"]);
    assert.equal(await readFile(join(folder, "latentkit.json"), "utf8"), before);
  };
  const [encoder, decoder] = [tinyEncoderGraph(), tinyDecoderGraph()];
  const brightDecoder = tinyDecoderGraph({
    ...tinyDecoder,
    constants: {
      ...tinyDecoder.constants,
      weights: { data: Float32Array.of(1, 1, 0, 0, 0, 0, 1, 1.5), shape: [2, 4] },
    },
  });
  await refused(
    { graphs: [encoder, brightDecoder] },
    "ParityError",
    "decoder.onnx: output reconstruction differs from tfjs by up to 0.5, at [2, 1, 1, 0] " +
      "(1.5 instead of 1, batch of 3); expected at most 0.0001",
  );
  await refused(
    { graphs: [encoder, { ...decoder, fileName: "encoder.onnx" }] },
    "PackageOptionError",
    "fileName encoder.onnx is taken; expected a name of its own",
  );
  await refused(
    { graphs: [encoder, { ...decoder, fileName: "../decoder.onnx" }] },
    "ManifestError",
    'writePackage: files.1.path is "../decoder.onnx"; expected a file name without folders',
  );
  await refused(
    { graphs: [encoder] },
    "ManifestError",
    "writePackage: files holds no decoder of dtype fp32; expected one",
  );
  await refused(
    { codeSize: 3 },
    "ManifestError",
    'model "bad": encoder codes is float32 [batch,2] in the graph; expected float32 [batch,3] by its manifest',
  );
  await refused(
    { tolerance: Number.NaN },
    "PackageOptionError",
    "tolerance is NaN; expected a finite number, at least 0",
  );
});

test("switches, classes and variants are described, checked and served", async (t) => {
  const folder = join(await temporaryFolder(t), "package");
  const [encoder, decoder] = [tinyEncoderGraph(switchingEncoder), tinyDecoderGraph(switchingDecoder)];
  const whole = Int32Array.of(0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1);
  const switches = { data: whole, shape: [3, 4] };
  const input = encoder.check.feeds.input as Samples;
  const codes = encoder.check.expected.codes as Samples;
  const halves = {
    ...tinyEncoder.constants?.weights,
    data: Float32Array.of(0.501, 0, 0.5, 0, 0, 0.5, 0, 0.5),
  };
  const variant = {
    ...switchingEncoder,
    constants: { ...tinyEncoder.constants, weights: { ...halves, shape: [4, 2] } },
  };
  const graphs: PackageGraph[] = [
    { ...encoder, check: { feeds: { input }, expected: { codes, switches_0: switches } } },
    {
      ...decoder,
      check: {
        feeds: { ...decoder.check.feeds, switches_0: switches },
        expected: { reconstruction: { data: Float32Array.from(whole), shape: [3, 2, 2, 1] } },
      },
    },
    {
      role: "classifier",
      fileName: "classifier.onnx",
      bytes: onnxModel(tinyClassifier),
      check: {
        feeds: { input },
        expected: { probabilities: { data: Float32Array.of(0.65, 0.35, 1, 0, 0, 1), shape: [3, 2] } },
      },
    },
    {
      ...tinyEncoderGraph(variant),
      fileName: "encoder.q8.onnx",
      dtype: "q8",
      tolerance: 0.01,
      check: { feeds: { input }, expected: { codes, switches_0: switches } },
    },
  ];
  const content = tinyContent(folder, { graphs, switches: [[4]], classes: ["dark", "bright"] });
  const { files, parityMaxAbs } = await writePackage(content);
  assert.deepEqual(
    files.map(({ path, role, dtype }) => [path, role, dtype]),
    [
      ["encoder.onnx", "encoder", "fp32"],
      ["decoder.onnx", "decoder", "fp32"],
      ["classifier.onnx", "classifier", "fp32"],
      ["encoder.q8.onnx", "encoder", "q8"],
    ],
  );
  assert.ok(parityMaxAbs < 1e-6, `${parityMaxAbs} must be that of fp32 alone`);
  const manifest = JSON.parse(await readFile(join(folder, "latentkit.json"), "utf8"));
  assert.deepEqual(manifest.outputs.switches, [{ name: "switches_0", shape: [4], dtype: "int32" }]);
  assert.deepEqual(manifest.outputs.classes, ["dark", "bright"]);
  const runtime = await loadRuntime(folder, { inline: true });
  const { labels } = await runtime.classify(Uint8Array.of(255, 255, 255, 255));
  assert.deepEqual(labels, ["bright"]);
  await runtime.dispose();

  const refused = (changes: Partial<PackageContent>, name: string, message: string | RegExp) =>
    assert.rejects(writePackage({ ...content, ...changes }), { name, message });
  await refused(
    { switches: [] },
    "ManifestError",
    'model "tiny": decoder needs an input switches_0; expected codes alone by its manifest',
  );
  await refused(
    { switches: [[5]] },
    "ManifestError",
    'model "tiny": encoder switches_0 is int32 [batch,4] in the graph; expected int32 [batch,5] by its manifest',
  );
  await refused(
    { classes: ["a", "b", "c"] },
    "ManifestError",
    'model "tiny": classifier probabilities is float32 [batch,2] in the graph; expected float32 [batch,3] by its manifest',
  );
  const strict = graphs.map((graph) => ({ ...graph, tolerance: 1e-5 }));
  await refused({ graphs: strict }, "ParityError", /^encoder\.q8\.onnx: output codes differs from tfjs/);
});

test("on a disk that is full, the earlier package stays and the temporary folder goes", async (t) => {
  const parent = await temporaryFolder(t);
  const script = join(parent, "fill.mts");
  // 24 KiB hold one tiny package, and not a second one whose decoder has 40 KiB more.
  await writeFile(
    script,
    `import { writePackage } from ${JSON.stringify(`${root}export/package/index.ts`)};
     import { tinyContent, tinyDecoderGraph, tinyEncoderGraph } from ${JSON.stringify(`${root}test/helpers/tiny-content.ts`)};
     import { tinyDecoder } from ${JSON.stringify(`${root}test/helpers/tiny-autoencoder.ts`)};
     import { readdirSync, readFileSync } from "node:fs";
     const [, , parent] = process.argv;
     const folder = parent + "/package";
     await writePackage(tinyContent(folder));
     const before = readFileSync(folder + "/latentkit.json", "utf8");
     const padding = { data: new Float32Array(10_000), shape: [10_000] };
     const large = tinyDecoderGraph({ ...tinyDecoder, constants: { ...tinyDecoder.constants, padding } });
     const error = await writePackage(tinyContent(folder, { graphs: [tinyEncoderGraph(), large] })).catch((e) => e);
     const same = before === readFileSync(folder + "/latentkit.json", "utf8");
     console.log(JSON.stringify({ code: error.code, same, left: readdirSync(parent), files: readdirSync(folder).length }));`,
  );
  const mounted = join(parent, "disk");
  const shell = `mkdir ${mounted} && mount -t tmpfs -o size=24k none ${mounted} || exit 77
    exec ${process.execPath} --import tsx ${script} ${mounted}`;
  const result = await run("unshare", ["--map-root-user", "--mount", "sh", "-c", shell], { cwd: root }).catch(
    (error) => error,
  );
  if (result.code === 77 || result.code === "ENOENT" || /unshare/.test(result.stderr)) {
    return t.skip("no small file system can be mounted here");
  }
  assert.deepEqual(JSON.parse(result.stdout || result.stderr), {
    code: "ENOSPC",
    same: true,
    left: ["package"],
    files: 3,
  });
});
