// `latentkit sweep`, from a config file to results, stopped with Ctrl-C and resumed.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import * as v from "valibot";
import { runProgram } from "../../../scripts/cli/program.ts";
import type { SweepConfigInput } from "../../../train/index.ts";
import { runAndInterrupt } from "../../helpers/run-program.ts";
import { writeSmallImages } from "../../helpers/small-images.ts";
import { MemoryStream } from "../../helpers/streams.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

async function run(...args: string[]) {
  const [stdout, stderr] = [new MemoryStream(), new MemoryStream()];
  const status = await runProgram(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

async function prepare(t: TestContext, config: SweepConfigInput) {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const base = { data, model: { hidden: [16], code: 3 }, epochs: 2, batchSize: 25, ...config.base };
  const file = join(folder, "sweep.json");
  await writeFile(file, JSON.stringify({ ...config, base }));
  return { file, out: join(folder, "out") };
}

const Results = v.object({
  sweep: v.string(),
  best: v.nullable(v.number()),
  package: v.nullable(v.string()),
  trials: v.array(
    v.object({ trial: v.number(), state: v.string(), epochs: v.number(), loss: v.nullable(v.number()) }),
  ),
});

test("sweep --json gives the trials, the best one and its package", async (t) => {
  const { file, out } = await prepare(t, { space: { "optimizer.learningRate": [0.00001, 0.01] } });
  const { status, stdout, stderr } = await run("--json", "sweep", file, "--out", out, "--parallel", "2");
  assert.equal(status, 0, stderr);
  const result = v.parse(Results, JSON.parse(stdout));
  assert.equal(result.best, 2);
  assert.equal(result.package, join(out, "package"));
  assert.deepEqual(
    result.trials.map(({ state, epochs }) => [state, epochs]),
    [
      ["finished", 2],
      ["finished", 2],
    ],
  );
  await readFile(join(out, "package", "latentkit.json"));
  const events = stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual([events[0].type, events[0].trial, events[0].state], ["trial", 1, "waiting"]);
  assert.equal(events.filter(({ event }) => event?.type === "epoch").length, 4);
});

test("for people there is a table; a second sweep into the folder is refused unless it is to be resumed", async (t) => {
  const { file, out } = await prepare(t, { space: { "model.code": [2] }, base: { epochs: 1 } });
  const first = await run("sweep", file, "--out", out);
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stderr, /^trial 1 \(model\.code=2\) {2}finished {2}epoch 1 {2}loss 0\.\d+$/m);
  assert.match(first.stdout, /^trial +parameters +epoch +loss +state$/m);
  assert.match(first.stdout, /^ +1 +model\.code=2 +1 +0\.\d+ +finished$/m);
  assert.ok(first.stdout.endsWith(`best: trial 1, its package is in ${join(out, "package")}\n`));
  const second = await run("sweep", file, "--out", out);
  assert.equal(second.status, 1);
  assert.match(second.stderr, /: holds a sweep; resume it, overwrite it, or choose another folder\n$/);
  const resumed = await run("sweep", file, "--out", out, "--resume");
  assert.deepEqual([resumed.status, resumed.stdout, resumed.stderr], [0, first.stdout, ""]);
});

test("a sweep in which nothing finishes ends with status 1 and its reasons", async (t) => {
  const { file, out } = await prepare(t, {
    base: { loss: "bce", optimizer: { schedule: { kind: "constant" } } },
    space: { "optimizer.learningRate": [1e30] },
  });
  const { status, stdout, stderr } = await run("sweep", file, "--out", out);
  assert.equal(status, 1);
  assert.match(stdout, /failed: the loss became/);
  assert.match(stderr, /: no trial finished; the reasons are in results\.json\n$/);
});

test("a wrong config is one line with the path, and status 1", async (t) => {
  const { file, out } = await prepare(t, { space: { "model.code": { min: 1, max: 2 } } });
  const { status, stderr } = await run("sweep", file, "--out", out);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    "latentkit: sweep: space.model.code is a range from 1 to 2; expected a list of values with search grid\n",
  );
});

test("Ctrl-C stops a sweep with status 130, and --resume goes on with what is left", async (t) => {
  const { file, out } = await prepare(t, { base: { epochs: 120 }, space: { "model.code": [2, 3] } });
  const stopped = await runAndInterrupt(["sweep", file, "--out", out], /trial 2 .* running/);
  assert.equal(stopped.status, 130);
  assert.match(stopped.stderr, /out: the sweep was stopped with 1 of 2 trials done; resume it to go on\n$/);
  const { status, stdout, stderr } = await run("--json", "sweep", file, "--out", out, "--resume");
  assert.equal(status, 0, stderr);
  assert.deepEqual(
    v.parse(Results, JSON.parse(stdout)).trials.map(({ state, epochs }) => [state, epochs]),
    [
      ["finished", 120],
      ["finished", 120],
    ],
  );
  assert.doesNotMatch(stderr, /"trial":1,.*"state":"running"/);
});
