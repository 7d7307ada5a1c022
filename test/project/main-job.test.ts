// The main job on full MNIST, as `npm start` runs it, with two epochs; and Ctrl-C in the middle of a training.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import sharp from "sharp";
import { openSource } from "../../data/index.ts";
import { loadRuntime } from "../../runtime/index.ts";
import { runAndInterrupt, runScript } from "../helpers/run-program.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

test("two epochs of the main job beats PCA, agrees with published figures of PCA, and leaves all its files", async (t) => {
  const out = join(await temporaryFolder(t), "mnist");
  const { status, stdout, stderr } = await runScript("scripts/start.ts", [
    "--epochs",
    "2",
    "--out",
    out,
    "--json",
  ]);
  assert.equal(status, 0, stderr);
  const summary = JSON.parse(stdout);
  assert.deepEqual(JSON.parse(await readFile(join(out, "summary.json"), "utf8")), summary);
  // Measured with other software: PCA of 30 components leaves 13.866, its 5-nearest-neighbour accuracy is 97.55 %.
  assert.ok(Math.abs(summary.pcaTestSse - 13.866) < 0.005, `pcaTestSse ${summary.pcaTestSse}`);
  assert.ok(Math.abs(summary.pcaKnnAccuracy - 0.9755) < 0.0005, `pcaKnnAccuracy ${summary.pcaKnnAccuracy}`);
  assert.ok(summary.testSse < summary.pcaTestSse, `testSse ${summary.testSse}`);
  assert.ok(summary.knnAccuracy > 0.9 && summary.knnAccuracy < 1);
  assert.ok(summary.parityMaxAbs <= 1e-4);
  assert.ok(summary.trainImagesPerSecond > 0 && summary.encodeImagesPerSecond > summary.trainImagesPerSecond);
  assert.deepEqual(summary.bytes, { code: 120, picture: 784 });
  assert.match(stderr, /^\{"type":"epoch","phase":"autoencoder","epoch":2,/m);

  const picture = await sharp(join(out, "reconstructions.png")).metadata();
  assert.equal(picture.format, "png");
  assert.ok((picture.width ?? 0) > 16 * 28 && (picture.height ?? 0) > 2 * 28);

  const report = await readFile(summary.files.report, "utf8");
  for (const part of ["<!doctype html>", "<svg", "</html>"]) assert.ok(report.includes(part), part);

  const dataset = await openSource("mnist:test");
  const runtime = await loadRuntime(join(out, "package"), { inline: true });
  const { error } = await runtime.reconstruct(await dataset.read(0, dataset.length));
  await runtime.dispose();
  const sse = (784 * error.reduce((sum, e) => sum + e, 0)) / error.length;
  assert.ok(
    Math.abs(sse - summary.testSse) < 1e-3,
    `the package gives ${sse}, the summary says ${summary.testSse}`,
  );
});

test("Ctrl-C stops a training cleanly: status 130, a reason, no package", async (t) => {
  const out = join(await temporaryFolder(t), "run");
  const ended = await runAndInterrupt(["train", "dense", "--epochs", "500", "--out", out], /loss/);
  assert.equal(ended.status, 130);
  assert.equal(ended.stdout, "");
  assert.match(ended.stderr, /latentkit: the run was stopped in epoch \d+, after \d+ steps\n$/);
  assert.ok(!existsSync(join(out, "package")));
  assert.deepEqual((await readdir(out)).sort(), ["checkpoints", "config.json"]);
});

const wrong: [string[], number, RegExp][] = [
  [
    ["train", "nothing"],
    1,
    /^latentkit: nothing is no preset \(linear, dense, .*\), and there is no such file or folder/,
  ],
  [
    ["train", "dense", "--epochs", "0"],
    2,
    /^latentkit: option --epochs: expected a whole number of at least 1, got "0"/,
  ],
  [
    ["train", "dense", "--set", "model.code=-2"],
    1,
    /^latentkit: config: model\.code is -2; expected a whole number/,
  ],
  [["train", "dense", "--set", "loss.x=1"], 1, /^latentkit: config: loss is \{"x":1\}/],
  [["train", "dense", "--data", "imagenet"], 1, /^latentkit: source "imagenet"/],
  [["train", "package.json"], 1, /^latentkit: config: unknown key version/],
];

for (const [args, status, message] of wrong) {
  test(`latentkit ${args.join(" ")} is refused with one line`, async (t) => {
    const out = join(await temporaryFolder(t), "run");
    const ended = await runScript("scripts/latentkit.ts", [...args, "--out", out]);
    assert.match(ended.stderr, message);
    assert.equal(ended.stderr.trim().split("\n").length, 1, ended.stderr);
    assert.equal(ended.status, status);
    assert.ok(!existsSync(join(out, "package")));
  });
}
