// `latentkit export --dtype`, on a run trained for the purpose.
import assert from "node:assert/strict";
import { mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type ItemArray, openSource } from "../../../data/index.ts";
import { readManifest, type VariantReport } from "../../../export/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { runProgram } from "../../../scripts/cli/program.ts";
import { train } from "../../../train/index.ts";
import { savedLayersModel, writeSavedModel } from "../../helpers/saved-model.ts";
import { writeSmallImages } from "../../helpers/small-images.ts";
import { MemoryStream } from "../../helpers/streams.ts";

let folder: string;
let data: string;
let run: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "latentkit-test-"));
  data = await writeSmallImages(folder);
  run = join(folder, "run");
  const model = { hidden: [64, 32], code: 6 };
  await train(
    { data, model, epochs: 20, batchSize: 32, optimizer: { learningRate: 0.01 }, threads: 1 },
    { folder: run },
  );
});

after(() => rm(folder, { recursive: true, force: true }));

async function latentkit(...args: string[]) {
  const stdout = new MemoryStream();
  const stderr = new MemoryStream();
  const status = await runProgram(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

test("a run's variants are compared on its training data, and reported", async () => {
  const out = join(folder, "small");
  const { status, stdout, stderr } = await latentkit(
    "--json",
    "export",
    run,
    "--out",
    out,
    "--dtype",
    "fp32,fp16,q8",
  );
  assert.equal(status, 0, stderr);
  const report: { variants: VariantReport[]; files: { path: string; bytes: number }[] } = JSON.parse(stdout);
  assert.equal(report.files.length, 6);
  for (const { path, role, dtype, bytes, sizeRatio, cosine, maxAbs, meanAbs, items } of report.variants) {
    const source = await stat(join(out, `${role}.onnx`));
    assert.equal(bytes, (await stat(join(out, path))).size);
    assert.equal(sizeRatio, bytes / source.size);
    assert.ok(sizeRatio < (dtype === "fp16" ? 0.62 : 0.5), `${path}: ${sizeRatio}`);
    assert.ok(cosine > (dtype === "fp16" ? 0.99999 : 0.999), `${path}: ${cosine}`);
    assert.ok(maxAbs < (dtype === "fp16" ? 0.01 : 0.3) && meanAbs < maxAbs, `${path}: ${maxAbs}, ${meanAbs}`);
    assert.equal(items, 200);
  }
  const { metrics } = await readManifest(out);
  assert.deepEqual(
    Object.keys(metrics.variants as object),
    report.variants.map(({ path }) => path),
  );

  // What the report promises is what an app gets.
  const images = await (await openSource(data)).read(0, 200);
  const reference = await codesOf(out, "fp32", images);
  for (const dtype of ["fp16", "q8"] as const) {
    const codes = await codesOf(out, dtype, images);
    const largest = Math.max(...codes.map((value, i) => Math.abs(value - (reference[i] as number))));
    const promised = report.variants.find((one) => one.dtype === dtype && one.role === "encoder");
    assert.ok(promised && largest > 0 && largest <= 1.01 * promised.maxAbs, `${dtype}: ${largest}`);
  }
});

async function codesOf(
  package_: string,
  dtype: "fp32" | "fp16" | "q8",
  images: ItemArray,
): Promise<Float32Array> {
  const runtime = await loadRuntime(package_, { inline: true, device: "cpu", dtype });
  const { data } = await runtime.encode(images);
  await runtime.dispose();
  return data;
}

test("people read sizes and differences in a table; a package is taken like a run", async () => {
  const out = join(folder, "table");
  const { status, stdout } = await latentkit("export", join(run, "package"), "--out", out, "--dtype", "q8");
  assert.equal(status, 0);
  assert.match(stdout, /^role +file +dtype +bytes +size +largest difference +mean difference +cosine$/m);
  assert.match(stdout, /^encoder +encoder\.onnx +fp32 +[\d,]+$/m);
  assert.match(
    stdout,
    /^encoder +encoder\.q8\.onnx +q8 +[\d,]+ +\d\d\.\d % +\d\.\de-\d +\d\.\de-\d +0\.99\d{4}$/m,
  );
  assert.match(stdout, /^compared with fp32 on 200 items of .*small-images/m);
});

test("other items can be named; where the training data is gone, noise is taken and that is told", async () => {
  const out = join(folder, "moved");
  const elsewhere = join(folder, "elsewhere-idx3-ubyte");
  await rename(data, elsewhere);
  try {
    const random = await latentkit("--json", "export", run, "--out", out, "--dtype", "fp16");
    assert.match(
      random.stderr,
      /^variants are compared on random items, since the training data can't be had \(.*small-images/,
    );
    assert.equal(JSON.parse(random.stdout).variants[0].comparedOn, "random");
    const named = await latentkit(
      "--json",
      "export",
      run,
      "--out",
      out,
      "--dtype",
      "fp16",
      "--samples",
      elsewhere,
    );
    assert.equal(named.stderr, "");
    assert.match(JSON.parse(named.stdout).variants[0].comparedOn, /elsewhere/);
  } finally {
    await rename(elsewhere, data);
  }
});

test("samples of another shape, and options of the other kind of source, are refused", async () => {
  const out = join(folder, "refused");
  const other = await latentkit("export", run, "--out", out, "--dtype", "q8", "--samples", "mnist:test");
  assert.deepEqual(
    [other.status, other.stderr],
    [
      1,
      "latentkit: mnist:test: holds uint8 items of [28, 28, 1]; the model takes uint8 items of [8, 8, 1]\n",
    ],
  );
  const scaled = await latentkit("export", run, "--out", out, "--image-layout", "CHW");
  assert.deepEqual(
    [scaled.status, scaled.stderr],
    [2, `latentkit: option --image-layout: is for tfjs models; ${join(run, "package")} is a package\n`],
  );
  const unknown = await latentkit("export", run, "--out", out, "--dtype", "int4");
  assert.deepEqual(
    [unknown.status, unknown.stderr],
    [2, 'latentkit: option --dtype: expected one of fp32, fp16, q8, got "int4"\n'],
  );
  assert.ok(!(await readdir(folder)).includes("refused"));
});

test("--layout transformers writes all its models unless told, and the table names them", async () => {
  const out = join(folder, "hub");
  const { status, stdout, stderr } = await latentkit("export", run, "--out", out, "--layout", "transformers");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^onnx\/model\.onnx +fp32 +[\d,]+$/m);
  assert.match(
    stdout,
    /^onnx\/model_fp16\.onnx +fp16 +[\d,]+ +\d\d\.\d % +\d\.\de-\d +\d\.\de-\d +[01]\.\d{6}$/m,
  );
  assert.match(stdout, /^onnx\/model_quantized\.onnx +q8 /m);
  assert.match(stdout, /^compared with fp32 on 200 items of .*small-images/m);
  assert.match(stdout, /^model for transformers\.js {3}.+hub$/m);
  const again = await latentkit(
    ...["--json", "export", run, "--out", out, "--layout", "transformers", "--dtype", "fp32,q8"],
  );
  assert.deepEqual(
    JSON.parse(again.stdout).files.map(({ path }: { path: string }) => path),
    ["onnx/model.onnx", "onnx/model_quantized.onnx"],
  );
  const model = await latentkit("export", join(folder, "model"), "--out", out, "--layout", "transformers");
  assert.deepEqual(
    [model.status, model.stderr],
    [2, `latentkit: option --layout: is for packages; ${join(folder, "model")} is none\n`],
  );
});

test("a tfjs model gets its variants beside its file", async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [40], units: 64, activation: "relu" }),
      tf.layers.dense({ units: 8 }),
    ],
  });
  const file = await writeSavedModel(join(folder, "model"), await savedLayersModel(model));
  const out = join(folder, "onnx", "net.onnx");
  const { status, stdout, stderr } = await latentkit("export", file, "--out", out, "--dtype", "fp16,q8");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^net\.fp16\.onnx +[\d,]+ +5\d\.\d % +/m);
  assert.match(stdout, /^net\.q8\.onnx +[\d,]+ +\d\d\.\d % +/m);
  assert.deepEqual((await readdir(join(folder, "onnx"))).sort(), [
    "net.fp16.onnx",
    "net.onnx",
    "net.q8.onnx",
  ]);
});
