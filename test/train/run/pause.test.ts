// Runs that pause after an epoch, and what a run puts right when it goes on.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { type TrainConfigInput, train } from "../../../train/index.ts";
import { writeSmallImages } from "../../helpers/small-images.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const config = (data: string): TrainConfigInput => ({
  data,
  model: { hidden: [16], code: 3 },
  epochs: 4,
  batchSize: 25,
  optimizer: { learningRate: 0.01 },
  // No checkpoint of its own at the epochs where it pauses.
  checkpoint: { everyEpochs: 4 },
  threads: 1,
});

async function lossesOf(folder: string): Promise<readonly number[]> {
  const lines = (await readFile(join(folder, "history.jsonl"), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line).loss);
}

test("a run pauses after the epoch it is told, and goes on later as if it had not", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const [whole, paused] = [join(folder, "whole"), join(folder, "paused")];
  await train(config(data), { folder: whole });
  for (const epoch of [1, 3, 3]) {
    const run = train(config(data), { folder: paused, existing: "resume", stopAfterEpoch: epoch });
    await assert.rejects(run, {
      name: "StoppedError",
      message: `the run was stopped in epoch ${epoch}, after ${8 * epoch} steps`,
    });
    assert.deepEqual(await lossesOf(paused), (await lossesOf(whole)).slice(0, epoch));
    assert.ok(!(await readdir(paused)).includes("package"));
  }
  await train(config(data), { folder: paused, existing: "resume", stopAfterEpoch: 4 });
  assert.deepEqual(await lossesOf(paused), await lossesOf(whole));
  for (const file of ["encoder.onnx", "decoder.onnx"]) {
    assert.deepEqual(
      await readFile(join(paused, "package", file)),
      await readFile(join(whole, "package", file)),
    );
  }
});

test("a history that lacks the epoch of the newest checkpoint is put right when the run goes on", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "run");
  await train(config(data), { folder: out });
  const history = await readFile(join(out, "history.jsonl"), "utf8");
  await writeFile(
    join(out, "history.jsonl"),
    history.slice(0, history.lastIndexOf("\n", history.length - 2) + 1),
  );
  await train(config(data), { folder: out, existing: "resume" });
  assert.equal(await readFile(join(out, "history.jsonl"), "utf8"), history);
});

test("what a process killed while writing has left aside neither stops a run nor stays", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "run");
  const aside = join(out, "checkpoints", ".step-000000008.new-1");
  await mkdir(aside, { recursive: true });
  await writeFile(join(aside, "tensors.bin"), "half");
  await writeFile(join(out, ".config.json.1-a"), "{");
  await writeFile(join(out, "config.json"), "{}");
  await train(config(data), { folder: out, existing: "resume" });
  const names = await readdir(join(out, "checkpoints"));
  assert.deepEqual(
    names.filter((name) => name.startsWith(".")),
    [],
  );
  assert.ok(names.includes("best"));
});
