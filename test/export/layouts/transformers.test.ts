// The transformers layout, loaded by the real transformers.js without a network, against our runtime.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { AutoModel, AutoProcessor, env, pipeline, RawImage, type Tensor } from "@huggingface/transformers";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { toOnnx, writePackage, writeTransformers } from "../../../export/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { random } from "../../helpers/kernels.ts";
import { collectForChecker, testWithChecker } from "../../helpers/onnx-checker.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

await tf.setBackend("cpu");
env.allowRemoteModels = false;
env.useFSCache = false;

interface Input {
  readonly shape: number[];
  readonly dtype: "uint8" | "float32";
  readonly range: [number, number];
  readonly layout: "HWC" | "CHW" | "flat";
}

/** A package with random weights: codes of 5 numbers, from any input. */
async function writeRandomPackage(folder: string, input: Input): Promise<string> {
  const next = random(17);
  const size = input.shape.reduce((product, dimension) => product * dimension, 1);
  const matrix = (rows: number, columns: number) =>
    tf.tensor2d(
      Array.from({ length: rows * columns }, () => (next() - 0.5) / Math.sqrt(rows)),
      [rows, columns],
    );
  const [first, second, back] = [matrix(size, 24), matrix(24, 5), matrix(5, size)];
  const [low, high] = input.range;
  const toUnit = (x: tf.Tensor) => x.sub(low).div(high - low);
  const encode = (x: tf.Tensor) =>
    toUnit(x.reshape([-1, size]))
      .matMul(first)
      .elu()
      .matMul(second) as tf.Tensor;
  const decode = (z: tf.Tensor) => z.matMul(back).reshape([-1, ...input.shape]);
  const preprocess = { dtype: input.dtype };
  const encoder = await toOnnx(encode, [{ name: "input", shape: ["batch", ...input.shape], preprocess }], {
    outputNames: ["codes"],
  });
  const decoder = await toOnnx(decode, [{ name: "codes", shape: ["batch", 5] }], {
    outputNames: ["reconstruction"],
  });
  const raw = Float32Array.from({ length: 2 * size }, () =>
    input.dtype === "uint8" ? Math.floor(256 * next()) : low + next() * (high - low),
  );
  const data = input.dtype === "uint8" ? Uint8Array.from(raw) : raw;
  const codes = await encode(tf.tensor(raw, [2, ...input.shape])).data();
  const reconstruction = await decode(tf.tensor(codes, [2, 5])).data();
  const samples = { data: Float32Array.from(codes), shape: [2, 5] };
  await writePackage({
    folder,
    name: "random",
    input,
    codeSize: 5,
    graphs: [
      {
        role: "encoder",
        fileName: "encoder.onnx",
        bytes: encoder.bytes,
        check: { feeds: { input: { data, shape: [2, ...input.shape] } }, expected: { codes: samples } },
      },
      {
        role: "decoder",
        fileName: "decoder.onnx",
        bytes: decoder.bytes,
        check: {
          feeds: { codes: samples },
          expected: {
            reconstruction: { data: Float32Array.from(reconstruction), shape: [2, ...input.shape] },
          },
        },
      },
    ],
  });
  return folder;
}

/** Exports a package and lets transformers.js find it by its folder's name. */
async function exported(t: TestContext, input: Input) {
  const folder = await temporaryFolder(t);
  const source = await writeRandomPackage(join(folder, "package"), input);
  const written = await writeTransformers(source, join(folder, "model"));
  env.localModelPath = `${dirname(written.folder)}/`;
  return { source, written, name: basename(written.folder), folder };
}

/** A PNG file of random pixels, row by row. */
async function writePicture(folder: string, width: number, height: number, channels: 1 | 3): Promise<string> {
  const next = random(width * 31 + height + channels);
  const pixels = Uint8Array.from({ length: width * height * channels }, () => Math.floor(256 * next()));
  const path = join(folder, `${width}x${height}x${channels}.png`);
  await sharp(pixels, { raw: { width, height, channels } }).png().toFile(path);
  return path;
}

async function ownCodes(source: string, path: string): Promise<Float32Array> {
  const runtime = await loadRuntime(source, { inline: true, device: "cpu" });
  const { data } = await runtime.encode(path);
  await runtime.dispose();
  return data;
}

function assertNear(actual: Tensor, expected: Float32Array, tolerance: number, what: string): void {
  assert.deepEqual(actual.dims, [expected.length / 5, 5], what);
  Array.from(actual.data as Float32Array).forEach((value, i) => {
    assert.ok(
      Math.abs(value - (expected[i] as number)) <= tolerance,
      `${what}, ${i}: ${value} for ${expected[i]}`,
    );
  });
}

const inputs: Readonly<Record<string, Input>> = {
  "gray bytes": { shape: [8, 8, 1], dtype: "uint8", range: [0, 255], layout: "HWC" },
  "RGB bytes": { shape: [6, 10, 3], dtype: "uint8", range: [0, 255], layout: "HWC" },
  "RGB floats, channels first": { shape: [3, 8, 8], dtype: "float32", range: [-1, 1], layout: "CHW" },
  "gray floats in a row": { shape: [64], dtype: "float32", range: [0, 1], layout: "flat" },
};

for (const [what, input] of Object.entries(inputs)) {
  test(`the pipeline of transformers.js gives our codes: ${what}`, async (t) => {
    const { source, written, name, folder } = await exported(t, input);
    const [height, width] = what.startsWith("RGB bytes") ? [6, 10] : [8, 8];
    const gray = await writePicture(folder, width, height, 1);
    const coloured = await writePicture(folder, width, height, 3);
    const bounds = { fp32: 1e-4, fp16: 2e-3, q8: 0.05 } as const;
    for (const [dtype, bound] of Object.entries(bounds)) {
      const extract = await pipeline("image-feature-extraction", name, {
        dtype: dtype as keyof typeof bounds,
      });
      for (const path of [gray, coloured]) {
        assertNear(await extract(path), await ownCodes(source, path), bound, `${dtype}, ${basename(path)}`);
      }
      const both = Float32Array.of(...(await ownCodes(source, gray)), ...(await ownCodes(source, coloured)));
      assertNear(await extract([gray, coloured]), both, bound, `${dtype}, both`);
      await extract.dispose();
    }
    for (const { path } of written.files) {
      collectForChecker(`${what}: ${path}`, await readFile(join(written.folder, path)));
    }
  });
}

test("AutoModel and AutoProcessor load it; the output is image_embeds", async (t) => {
  const { source, name, folder } = await exported(t, inputs["gray bytes"] as Input);
  const path = await writePicture(folder, 8, 8, 1);
  const model = await AutoModel.from_pretrained(name);
  const processor = await AutoProcessor.from_pretrained(name);
  const outputs = await model(await processor(await RawImage.read(path)));
  assert.deepEqual(Object.keys(outputs), ["image_embeds"]);
  assertNear(outputs.image_embeds, await ownCodes(source, path), 1e-4, "codes");
  await model.dispose();
});

test("pictures of other sizes are covered and cropped nearly as our runtime does", async (t) => {
  const { source, name, folder } = await exported(t, inputs["gray bytes"] as Input);
  const path = join(folder, "wide.png");
  // Black at the left end and white at the right, which are cut off; in between a smooth slope.
  const pixels = Uint8Array.from({ length: 48 * 32 }, (_, i) => {
    const x = i % 48;
    return x < 8 ? 0 : x >= 40 ? 255 : 100 + x + Math.floor(i / 48);
  });
  await sharp(pixels, { raw: { width: 48, height: 32, channels: 1 } })
    .png()
    .toFile(path);
  const extract = await pipeline("image-feature-extraction", name, { dtype: "fp32" });
  assertNear(await extract(path), await ownCodes(source, path), 0.003, "codes");
  await extract.dispose();
});

test("a folder of something else is not replaced, an earlier export is", async (t) => {
  const folder = await temporaryFolder(t);
  const source = await writeRandomPackage(join(folder, "package"), inputs["gray bytes"] as Input);
  await mkdir(join(folder, "other"));
  await writeFile(join(folder, "other", "config.json"), "{}");
  await assert.rejects(writeTransformers(source, join(folder, "other")), { name: "PackageTargetError" });
  await writeTransformers(source, join(folder, "model"), { dtypes: ["q8"] });
  await writeTransformers(source, join(folder, "model"), { dtypes: [] });
  assert.deepEqual((await readdir(join(folder, "model"))).sort(), [
    "config.json",
    "latentkit-export.json",
    "onnx",
    "preprocessor_config.json",
  ]);
  assert.deepEqual(await readdir(join(folder, "model", "onnx")), ["model.onnx"]);
});

test("a model of something else than pictures is refused", async (t) => {
  const folder = await temporaryFolder(t);
  const input: Input = { shape: [7], dtype: "float32", range: [0, 1], layout: "flat" };
  const source = await writeRandomPackage(join(folder, "package"), input);
  await assert.rejects(writeTransformers(source, join(folder, "model")), {
    name: "PackageOptionError",
    message:
      'model "random" takes items of [7] (flat); expected pictures, gray or RGB, which are what transformers.js extracts features of',
  });
  assert.deepEqual(await readdir(folder), ["package"]);
});

testWithChecker();
