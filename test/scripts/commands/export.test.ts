// `latentkit export`, with good models and bad ones.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-node";
import * as v from "valibot";
import { runProgram } from "../../../scripts/cli/program.ts";
import { savedLayersModel, writeSavedModel } from "../../helpers/saved-model.ts";
import { MemoryStream } from "../../helpers/streams.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

async function run(...args: string[]) {
  const stdout = new MemoryStream();
  const stderr = new MemoryStream();
  const status = await runProgram(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

const Port = v.object({
  name: v.string(),
  dtype: v.string(),
  shape: v.array(v.union([v.number(), v.string()])),
});
const Report = v.object({
  file: v.string(),
  inputs: v.array(Port),
  outputs: v.array(Port),
  nodes: v.number(),
  bytes: v.number(),
  maxAbs: v.number(),
  variants: v.array(v.looseObject({ file: v.string(), bytes: v.number(), cosine: v.number() })),
});

async function exportJson(...args: string[]) {
  const { status, stdout, stderr } = await run("--json", "export", ...args);
  assert.equal(status, 0, stderr);
  return v.parse(Report, JSON.parse(stdout));
}

/** Images [6, 5, 3] to two numbers. */
function imageModel(): tf.LayersModel {
  const x = tf.input({ shape: [6, 5, 3], name: "image" });
  const hidden = tf.layers.conv2d({ filters: 2, kernelSize: 3, activation: "relu" }).apply(x);
  const flat = tf.layers.flatten().apply(hidden);
  const y = tf.layers.dense({ units: 2, name: "code" }).apply(flat);
  return tf.model({ inputs: x, outputs: y as tf.SymbolicTensor });
}

async function save(t: TestContext, model: tf.LayersModel) {
  const folder = await temporaryFolder(t);
  const file = await writeSavedModel(join(folder, "model"), await savedLayersModel(model));
  return { folder, file };
}

test("a layers model becomes a checked file, and the report tells what is in it", async (t) => {
  const { folder, file } = await save(t, imageModel());
  const out = join(folder, "new", "model.onnx");
  const report = await exportJson(file, "--out", out);
  assert.deepEqual(report.inputs, [{ name: "image", dtype: "float32", shape: ["batch", 6, 5, 3] }]);
  assert.deepEqual(report.outputs, [{ name: "code", dtype: "float32", shape: ["batch", 2] }]);
  assert.equal(report.file, out);
  assert.equal(report.bytes, (await readFile(out)).length);
  assert.ok(report.maxAbs < 1e-4);
  assert.deepEqual(await readdir(dirname(out)), ["model.onnx"]);
  const session = await ort.InferenceSession.create(out);
  assert.deepEqual(session.outputNames, ["code"]);
  await session.release();
});

test("the report for people names inputs, outputs and the difference", async (t) => {
  const { folder, file } = await save(t, imageModel());
  const { status, stdout } = await run("export", file, "--out", join(folder, "a.onnx"));
  assert.equal(status, 0);
  assert.match(stdout, /^input +image: float32 \[batch, 6, 5, 3\]$/m);
  assert.match(stdout, /^output +code: float32 \[batch, 2\]$/m);
  assert.match(stdout, /^nodes +\d+$/m);
  assert.match(stdout, /^bytes +[\d,]+$/m);
  assert.match(stdout, /^ONNX against tfjs +at most \d\.\de[+-]\d+ apart$/m);
});

test("a folder is taken for the model.json in it, and as target gets a model.onnx", async (t) => {
  const { folder, file } = await save(t, imageModel());
  const { file: written } = await exportJson(dirname(file), "--out", join(folder, "out"));
  assert.equal(written, join(folder, "out", "model.onnx"));
});

test("names, free dimensions and element types are taken from the options", async (t) => {
  const x = tf.input({ shape: [null, 4], name: "frames" });
  const y = tf.layers.dense({ units: 2 }).apply(x) as tf.SymbolicTensor;
  const { folder, file } = await save(t, tf.model({ inputs: x, outputs: y }));
  const out = join(folder, "a.onnx");
  const report = await exportJson(
    file,
    ...["--out", out, "--input", "frames:n,time,4:float32", "--output-names", "y"],
  );
  assert.deepEqual(report.inputs, [{ name: "frames", dtype: "float32", shape: ["n", "time", 4] }]);
  assert.deepEqual(report.outputs, [{ name: "y", dtype: "float32", shape: ["n", "time", 2] }]);
});

test("raw bytes, channels first, are scaled inside of the file", async (t) => {
  const model = imageModel();
  const { folder, file } = await save(t, model);
  const out = join(folder, "a.onnx");
  const report = await exportJson(
    file,
    ...[
      "--out",
      out,
      "--uint8",
      "--scale",
      "1/255",
      "--mean",
      "0.1,0.2,0.3",
      "--std",
      "0.5",
      "--image-layout",
      "CHW",
    ],
  );
  assert.deepEqual(report.inputs, [{ name: "image", dtype: "uint8", shape: ["batch", 3, 6, 5] }]);
  const bytes = Uint8Array.from({ length: 90 }, (_, i) => (i * 37) % 256);
  const expected = tf.tidy(() => {
    const image = tf.tensor(Float32Array.from(bytes), [1, 3, 6, 5]).transpose([0, 2, 3, 1]).div(255);
    return (model.predict(image.sub([0.1, 0.2, 0.3]).div(0.5)) as tf.Tensor).dataSync();
  });
  const session = await ort.InferenceSession.create(out);
  const { code } = await session.run({ image: new ort.Tensor("uint8", bytes, [1, 3, 6, 5]) });
  await session.release();
  expected.forEach((value, i) => {
    assert.ok(Math.abs(value - Number(code?.data[i])) < 1e-4);
  });
});

test("a custom layer needs its module", async (t) => {
  const saved = await savedLayersModel(
    tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] }),
  );
  const topology = JSON.parse(JSON.stringify(saved.topology));
  topology.config.layers.push({ class_name: "Doubler", config: { name: "doubler", dtype: "float32" } });
  const file = await writeSavedModel(await temporaryFolder(t), { ...saved, topology });
  const out = join(dirname(file), "a.onnx");
  const refused = await run("export", file, "--out", out);
  assert.deepEqual(refused, {
    status: 1,
    stdout: "",
    stderr: `latentkit: ${file}: unknown layer class Doubler; give a module that registers it with tf.serialization.registerClass(): --register module\n`,
  });
  const module = new URL("../../helpers/register-doubler.ts", import.meta.url).pathname;
  await exportJson(file, "--out", out, "--register", module);
});

test("a model that is refused leaves an earlier file as it was and nothing beside it", async (t) => {
  const { folder, file } = await save(t, imageModel());
  const out = join(folder, "out", "a.onnx");
  await mkdir(dirname(out));
  await writeFile(out, "earlier");
  await truncate(join(dirname(file), "group1-shard1of1.bin"), 10);
  const { status, stderr } = await run("export", file, "--out", out);
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^latentkit: .*model\.json: weights are short: expected \d+ bytes, found 10 in group1-shard1of1\.bin; save or copy the model again, with all its files\n$/,
  );
  assert.equal(await readFile(out, "utf8"), "earlier");
  assert.deepEqual(await readdir(dirname(out)), ["a.onnx"]);
});

test("a file that differs from tfjs by more than the tolerance does not get its name", async (t) => {
  const { folder, file } = await save(t, imageModel());
  const out = join(folder, "out", "a.onnx");
  const { status, stderr } = await run("export", file, "--out", out, "--tolerance", "0");
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^latentkit: output "code" differs from tfjs at \[\d+, \d\]: \S+ instead of \S+, on image \[\d, 6, 5, 3\]; expected at most 0·\(1 \+ \|value\|\)\n$/,
  );
  assert.deepEqual(await readdir(dirname(out)), []);
});

test("bad options are told with what would be right", async (t) => {
  const { folder, file } = await save(t, imageModel());
  const out = ["--out", join(folder, "a.onnx")];
  const usage: [string[], string][] = [
    [
      ["--input", "image"],
      'option --input: expected name:shape[:dtype] such as image:batch,28,28,1:float32, got "image"',
    ],
    [
      ["--input", "image:batch,-1,5,3"],
      'option --input: expected name:shape[:dtype] such as image:batch,28,28,1:float32, got "image:batch,-1,5,3"',
    ],
    [["--input", "x:n,6,5,3"], 'option --input: the model has no input "x"; it has image'],
    [["--mean", "0.1,,0.3"], 'option --mean: expected numbers with commas between them, got "0.1,,0.3"'],
    [["--scale", "1/0"], 'option --scale: expected a number or a quotient such as 1/255, got "1/0"'],
    [["--image-layout", "NCHW"], 'option --image-layout: expected one of HWC, CHW, got "NCHW"'],
    [["--tolerance", "-1"], 'option --tolerance: expected a number of at least 0, got "-1"'],
  ];
  for (const [args, message] of usage) {
    assert.deepEqual(await run("export", file, ...out, ...args), {
      status: 2,
      stdout: "",
      stderr: `latentkit: ${message}\n`,
    });
  }
  const failures: [string[], string][] = [
    [["--input", "image:batch,7,5,3"], 'input "image": the model takes [?, 6, 5, 3], got [batch, 7, 5, 3]'],
    [["--mean", "0.1,0.2"], 'input "image": preprocess.mean has 2 numbers, expected one per channel (3)'],
    [["--std", "0"], 'input "image": preprocess.std is 0, expected numbers above 0'],
    [["--output-names", "a,b"], "outputNames: expected 1 names (one per output), got 2 (a, b)"],
    [["--output-names", "image"], 'outputNames: the name "image" is taken by an input or another output'],
  ];
  for (const [args, message] of failures) {
    assert.deepEqual(await run("export", file, ...out, ...args), {
      status: 1,
      stdout: "",
      stderr: `latentkit: ${message}\n`,
    });
  }
  assert.deepEqual(await readdir(folder), ["model"]);
});

test("preprocessing of a model with two inputs is refused", async (t) => {
  const inputs = ["a", "b"].map((name) => tf.input({ shape: [3], name }));
  const { folder, file } = await save(
    t,
    tf.model({ inputs, outputs: tf.layers.add().apply(inputs) as tf.SymbolicTensor }),
  );
  const { status, stderr } = await run("export", file, "--out", join(folder, "a.onnx"), "--uint8");
  assert.equal(status, 2);
  assert.equal(
    stderr,
    "latentkit: preprocessing (--scale, --mean, --std, --image-layout, --uint8) is for models with one input; " +
      "this one has 2: a, b\n",
  );
});

test("a missing model, and a run without --out, are told", async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, "model.json");
  assert.deepEqual(await run("export", file, "--out", join(folder, "a.onnx")), {
    status: 1,
    stdout: "",
    stderr: `latentkit: ${file}: there is no such file; expected the model.json of a tfjs model\n`,
  });
  const { status, stderr } = await run("export", file);
  assert.equal(status, 2);
  assert.match(stderr, /^latentkit: required option '--out <file \| folder>' not specified/);
});
