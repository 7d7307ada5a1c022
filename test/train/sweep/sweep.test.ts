// sweep(): trials side by side, stopped and resumed, failed ones, the best one's package.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { type SweepConfigInput, type SweepEvent, sweep, train } from "../../../train/index.ts";
import { repeat } from "../../helpers/repeat.ts";
import { writeSmallImages } from "../../helpers/small-images.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const base = (data: string): NonNullable<SweepConfigInput["base"]> => ({
  data,
  model: { hidden: [16], code: 3 },
  epochs: 4,
  batchSize: 25,
  optimizer: { learningRate: 0.01 },
  threads: 1,
});

/** All weights and the optimizer's state at the end of a run. */
async function lastTensors(run: string): Promise<Buffer> {
  const checkpoints = join(run, "checkpoints");
  const steps = (await readdir(checkpoints)).filter((name) => name.startsWith("step-")).sort();
  return readFile(join(checkpoints, steps.at(-1) as string, "tensors.bin"));
}

async function encoder(folder: string): Promise<Buffer> {
  return readFile(join(folder, "package", "encoder.onnx"));
}

test("a sweep trains each trial as train() would, tables them and keeps the best one's package", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "sweep");
  const config: SweepConfigInput = { base: base(data), space: { "optimizer.learningRate": [0.0001, 0.01] } };
  const { trials, best } = await sweep(config, { folder: out, parallel: 2 });
  assert.deepEqual(
    trials.map(({ trial, values, state, epochs }) => [trial, values, state, epochs]),
    [
      [1, { "optimizer.learningRate": 0.0001 }, "finished", 4],
      [2, { "optimizer.learningRate": 0.01 }, "finished", 4],
    ],
  );
  const alone = await train(base(data), { folder: join(folder, "alone") });
  assert.equal(trials[1]?.loss, alone.history.at(-1)?.loss);
  assert.equal(best?.trial, 2);
  assert.deepEqual(await lastTensors(join(out, "trials", "2")), await lastTensors(join(folder, "alone")));
  assert.deepEqual(await encoder(out), await encoder(join(out, "trials", "2")));

  const json = JSON.parse(await readFile(join(out, "results.json"), "utf8"));
  assert.deepEqual(json, { best: 2, trials });
  const csv = (await readFile(join(out, "results.csv"), "utf8")).split("\n");
  assert.match(csv[2] ?? "", /^2,0\.01,finished,4,0\.0\d+,,0\.0\d+,/);
  assert.deepEqual((await readdir(out)).sort(), [
    ...["package", "results.csv", "results.json", "sweep.json", "trials"],
  ]);
});

test("halving drops the worse trials at each rung, and the winner is the run it would have been alone", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "sweep");
  const rates = [0.00001, 0.01, 0.0001, 0.001];
  const { trials, best } = await sweep(
    { base: base(data), space: { "optimizer.learningRate": rates }, halving: { epochs: 1, eta: 2 } },
    { folder: out, parallel: 2 },
  );
  // Rungs 1, 2, 4: four trials, then the two of the higher rates, then one.
  assert.deepEqual(
    trials.map(({ state, epochs }) => [state, epochs]),
    [
      ["dropped", 1],
      ["finished", 4],
      ["dropped", 1],
      ["dropped", 2],
    ],
  );
  assert.equal(best?.trial, 2);
  await train(base(data), { folder: join(folder, "alone") });
  assert.deepEqual(await lastTensors(join(out, "trials", "2")), await lastTensors(join(folder, "alone")));
  assert.deepEqual(await encoder(out), await encoder(join(out, "trials", "2")));
  assert.ok(!(await readdir(join(out, "trials", "4"))).includes("package"));
});

/** Runs until the event is the one looked for, then aborts; gives the error it stops with. */
async function interrupted(
  config: SweepConfigInput,
  folder: string,
  isLast: (event: SweepEvent) => boolean,
): Promise<Error> {
  const controller = new AbortController();
  const onEvent = (event: SweepEvent) => isLast(event) && controller.abort();
  return sweep(config, { folder, onEvent, signal: controller.signal }).then(
    () => assert.fail("the sweep was not stopped"),
    (error) => error,
  );
}

test("a stopped sweep goes on where it was, repeats nothing, and ends as one that was not stopped", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const config: SweepConfigInput = { base: base(data), space: { "model.code": [2, 3, 4] } };
  const inSecond = (event: SweepEvent) =>
    event.type === "run" && event.trial === 2 && event.event.type === "epoch" && event.event.epoch === 2;
  const stoppedWith = (out: string, done: number) =>
    `${out}: the sweep was stopped with ${done} of 3 trials done; resume it to go on`;
  const { out, error } = await repeat(
    async (number) => {
      const out = join(folder, `sweep-${number}`);
      return { out, error: await interrupted(config, out, inSecond) };
    },
    { while: ({ out, error }) => error.message === stoppedWith(out, 2) },
  );
  assert.equal(error.name, "SweepStoppedError");
  assert.equal(error.message, stoppedWith(out, 1));
  const partly = JSON.parse(await readFile(join(out, "results.json"), "utf8"));
  assert.equal(partly.trials[0].state, "finished");
  assert.equal(partly.trials[1].state, "paused");
  assert.equal(partly.trials[2].state, "waiting");

  const begun: number[] = [];
  const resumedAt: number[] = [];
  const epochs: number[] = [];
  const onEvent = (event: SweepEvent) => {
    if (event.type === "trial" && event.state === "running") begun.push(event.trial);
    if (event.type !== "run" || event.trial !== 2) return;
    if (event.event.type === "resume") resumedAt.push(event.event.epoch);
    if (event.event.type === "epoch") epochs.push(event.event.epoch);
  };
  const { trials } = await sweep(config, { folder: out, existing: "resume", onEvent });
  assert.deepEqual(begun, [2, 3]);
  assert.equal(resumedAt.length, 1);
  assert.equal(epochs[0], resumedAt[0]);
  assert.ok((epochs[0] ?? 0) >= 3, `the second trial went on in epoch ${epochs[0]}`);

  const whole = await sweep(config, { folder: join(folder, "whole"), parallel: 3 });
  assert.deepEqual(
    trials.map(({ loss }) => loss),
    whole.trials.map(({ loss }) => loss),
  );
  const again: string[] = [];
  await sweep(config, { folder: out, existing: "resume", onEvent: ({ type }) => again.push(type) });
  assert.deepEqual(again, ["trial", "trial", "trial"], "nothing is left to run");
});

test("a sweep stopped between rungs drops the same trials when it is resumed with more at a time", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "sweep");
  const config: SweepConfigInput = {
    base: { ...base(data), threads: 0 },
    space: { "optimizer.learningRate": [0.01, 0.001, 0.00001] },
    halving: { epochs: 2, eta: 2 },
  };
  await assert.rejects(async () => {
    const controller = new AbortController();
    const onEvent = (event: SweepEvent) =>
      event.type === "trial" && event.trial === 3 && event.state === "paused" && controller.abort();
    await sweep(config, { folder: out, onEvent, signal: controller.signal });
  }, /the sweep was stopped with 2 of 3 trials done/);
  const { trials } = await sweep(config, { folder: out, existing: "resume", parallel: 2 });
  assert.deepEqual(
    trials.map(({ state, epochs }) => [state, epochs]),
    [
      ["finished", 4],
      ["dropped", 2],
      ["dropped", 2],
    ],
  );
});

test("a trial that diverges is recorded with its reason, is not tried again, and the others go on", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "sweep");
  const config: SweepConfigInput = {
    base: { ...base(data), loss: "bce", optimizer: { schedule: { kind: "constant" } } },
    space: { "optimizer.learningRate": [1e30, 0.01] },
  };
  const { trials, best } = await sweep(config, { folder: out });
  assert.equal(trials[0]?.state, "failed");
  assert.match(
    trials[0]?.reason ?? "",
    /^the loss became (NaN|Infinity) in epoch 1, step \d+, at learning rate 1e\+30/,
  );
  assert.equal(trials[1]?.state, "finished");
  assert.equal(best?.trial, 2);
  const begun: number[] = [];
  await sweep(config, {
    folder: out,
    existing: "resume",
    onEvent: (event) => event.type === "trial" && event.state === "running" && begun.push(event.trial),
  });
  assert.deepEqual(begun, []);
});

test("where all trials fail there is no best one and no package", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "sweep");
  const { best } = await sweep(
    {
      base: { ...base(data), loss: "bce", optimizer: { schedule: { kind: "constant" } } },
      space: { "optimizer.learningRate": [1e30] },
    },
    { folder: out },
  );
  assert.equal(best, null);
  assert.deepEqual((await readdir(out)).sort(), ["results.csv", "results.json", "sweep.json", "trials"]);
});

test("data that is not there ends the sweep: it is no trial's own fault", async (t) => {
  const folder = await temporaryFolder(t);
  const missing = join(folder, "none-images-idx3-ubyte");
  await assert.rejects(
    sweep({ base: base(missing), space: { "model.code": [2, 3] } }, { folder: join(folder, "sweep") }),
    /none-images-idx3-ubyte/,
  );
});

test("a folder that holds a sweep is neither resumed with another config nor overwritten unless asked", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "sweep");
  const config: SweepConfigInput = { base: { ...base(data), epochs: 1 }, space: { "model.code": [2] } };
  await sweep(config, { folder: out });
  await assert.rejects(sweep(config, { folder: out }), {
    name: "RunFolderError",
    message: `${out}: holds a sweep; resume it, overwrite it, or choose another folder`,
  });
  const other = { ...config, seed: 2, space: { "model.code": [2, 3] } };
  await assert.rejects(sweep(other, { folder: out, existing: "resume" }), {
    name: "RunFolderError",
    message: `${out}: holds another sweep (seed was 1, is 2; space.model.code was [2], is [2,3]); resume with the same, or start anew`,
  });
  await assert.rejects(sweep(config, { folder }), {
    name: "RunFolderError",
    message: `${folder}: holds 2 files but no sweep.json, so it is no sweep; choose another`,
  });
  const { trials } = await sweep(other, { folder: out, existing: "overwrite" });
  assert.deepEqual(
    trials.map(({ state }) => state),
    ["finished", "finished"],
  );
});

test("a sweep with a trial that can't be trained is refused before anything is made", async (t) => {
  const folder = await temporaryFolder(t);
  const space = { "model.code": [4, 0] };
  await assert.rejects(sweep({ base: base("mnist:train"), space }, { folder: join(folder, "sweep") }), {
    name: "ConfigError",
    message:
      "sweep: trial 2 (model.code=0): config: model.code is 0; expected a whole number of code units, at least 1",
  });
  for (const parallel of [0, 1.5]) {
    await assert.rejects(
      sweep(
        { base: base("mnist:train"), space: { "model.code": [4] } },
        { folder: join(folder, "sweep"), parallel },
      ),
      {
        name: "ConfigError",
        message: `sweep: parallel is ${parallel}; expected a whole number of trials, at least 1`,
      },
    );
  }
  assert.deepEqual(await readdir(folder), []);
});
