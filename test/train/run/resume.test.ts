// Runs that are stopped, killed or filled up go on as if nothing had happened.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { root } from "../../../scripts/repository.ts";
import { type RunEvent, type TrainConfigInput, train } from "../../../train/index.ts";
import { random } from "../../helpers/kernels.ts";
import { repeat } from "../../helpers/repeat.ts";
import { writeSmallImages } from "../../helpers/small-images.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const config = (data: string): TrainConfigInput => ({
  data,
  model: { hidden: [24], code: 4 },
  epochs: 6,
  batchSize: 30,
  optimizer: { learningRate: 0.01 },
  validation: { share: 0.2 },
  checkpoint: { everySeconds: 0.001 },
  threads: 1,
});

/** What of a run must not depend on how often it was interrupted. */
async function outcome(folder: string): Promise<{ readonly package: string; readonly losses: unknown }> {
  const hash = createHash("sha256");
  for (const file of ["encoder.onnx", "decoder.onnx"])
    hash.update(await readFile(join(folder, "package", file)));
  const lines = (await readFile(join(folder, "history.jsonl"), "utf8")).trim().split("\n");
  const losses = lines.map((line) => {
    const { epoch, loss, validationLoss, learningRate } = JSON.parse(line);
    return [epoch, loss, validationLoss, learningRate];
  });
  return { package: hash.digest("hex"), losses };
}

/** All that draws random numbers in a step, keeps averages, or changes from step to step. */
const noisy = (data: string): TrainConfigInput => ({
  ...config(data),
  model: { hidden: [24], code: 12, codeActivation: "relu", batchNorm: true, dropout: 0.1 },
  corruption: { kind: "gaussian", strength: [0.1, 0.3] },
  penalty: { kind: "l1", weight: 1e-3, warmup: 2.5 },
});

/** Trains to the end, stopped at each leg's tenth checkpoint. */
async function trainInLegs(options: TrainConfigInput, folder: string) {
  let stops = 0;
  let resumedWithin = 0;
  for (;;) {
    const controller = new AbortController();
    let checkpoints = 0;
    const onEvent = (event: RunEvent) => {
      if (event.type === "resume" && event.step % 6 !== 0) resumedWithin++;
      if (event.type === "checkpoint" && ++checkpoints === 10) controller.abort();
    };
    const ended = await train(options, {
      folder,
      existing: "resume",
      signal: controller.signal,
      onEvent,
    }).then(
      () => true,
      (error) => {
        assert.equal(error.name, "StoppedError");
        return false;
      },
    );
    if (ended) return { stops, resumedWithin };
    stops++;
  }
}

for (const [kind, configOf] of Object.entries({ plain: config, noisy })) {
  test(`a ${kind} run stopped and resumed again and again ends bit for bit as an unbroken one`, async (t) => {
    const folder = await temporaryFolder(t);
    const data = await writeSmallImages(folder);
    const whole = join(folder, "whole");
    await train(configOf(data), { folder: whole });
    const { stops, resumedWithin } = await repeat(
      async (number) => {
        const broken = join(folder, `broken-${number}`);
        const counts = await trainInLegs(configOf(data), broken);
        assert.deepEqual(await outcome(broken), await outcome(whole));
        assert.deepEqual(
          (await readdir(join(broken, "checkpoints"))).filter((name) => name.startsWith("step-")).length,
          2,
        );
        return counts;
      },
      { while: (counts) => counts.stops < 2 || counts.resumedWithin < 1 },
    );
    assert.ok(stops >= 2, `stopped ${stops} times`);
    assert.ok(resumedWithin >= 1, "at least once within an epoch");
  });
}

/** Starts a run in a process of its own that kills itself some milliseconds after so many checkpoints. */
function runAndKill(
  script: string,
  folder: string,
  { checkpoints, delay }: { readonly checkpoints: number; readonly delay: number },
): Promise<"killed" | "done"> {
  return new Promise((resolve, reject) => {
    const args = ["--import", "tsx", script, folder, `${checkpoints}`, `${delay}`];
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("close", (status, signal) => {
      if (signal === "SIGKILL") resolve("killed");
      else if (status === 0) resolve("done");
      else reject(new Error(`the run ended with ${signal ?? `status ${status}`}`));
    });
  });
}

test("a process killed at random moments leaves a run that resumes to the same end", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const options = { ...config(data), epochs: 12 };
  const whole = join(folder, "whole");
  await train(options, { folder: whole });
  const script = join(folder, "run.mts");
  await writeFile(
    script,
    `import { train } from ${JSON.stringify(new URL("../../../train/index.ts", import.meta.url).href)};
     const [folder, checkpoints, delay] = process.argv.slice(2);
     let left = Number(checkpoints);
     const kill = () => process.kill(process.pid, "SIGKILL");
     const onEvent = ({ type }) => {
       if (type === "checkpoint" && --left === 0) setTimeout(kill, Number(delay)).unref();
     };
     await train(${JSON.stringify(options)}, { folder, existing: "resume", onEvent });`,
  );
  const next = random(3);
  const moment = () => ({ checkpoints: 8 + Math.floor(12 * next()), delay: 15 * next() });
  const kills = await repeat(
    async (number) => {
      const broken = join(folder, `broken-${number}`);
      let count = 0;
      while ((await runAndKill(script, broken, moment())) === "killed") {
        count++;
        assert.ok(count < 40, "it gets nowhere");
      }
      assert.deepEqual(await outcome(broken), await outcome(whole));
      return count;
    },
    { while: (count) => count < 2 },
  );
  assert.ok(kills >= 2, `killed ${kills} times`);
});

test("a checkpoint of another config is refused with the difference named, and left alone", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "run");
  await train(config(data), { folder: out });
  const before = await readdir(join(out, "checkpoints"));
  const other = { ...config(data), batchSize: 20, optimizer: { learningRate: 0.02 } };
  await assert.rejects(train(other, { folder: out, existing: "resume" }), (error: Error) => {
    assert.equal(error.name, "CheckpointError");
    assert.match(
      error.message,
      /was made with another config \(optimizer\.learningRate was 0\.01, is 0\.02; batchSize was 30, is 20\); resume with the same, or start anew$/,
    );
    return true;
  });
  assert.deepEqual(await readdir(join(out, "checkpoints")), before);
});

test("a newest checkpoint that was damaged is passed over for the one before", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const [whole, out] = [join(folder, "whole"), join(folder, "run")];
  await train(config(data), { folder: whole });
  await train(config(data), { folder: out });
  const names = (await readdir(join(out, "checkpoints"))).filter((name) => name.startsWith("step-")).sort();
  await writeFile(join(out, "checkpoints", names.at(-1) as string, "tensors.bin"), "damaged");
  const resumed: string[] = [];
  await train(config(data), {
    folder: out,
    existing: "resume",
    onEvent: (event) => event.type === "resume" && resumed.push(event.folder),
  });
  assert.deepEqual(resumed, [join(out, "checkpoints", names.at(-2) as string)]);
  assert.deepEqual(await outcome(out), await outcome(whole));
});

test("a folder that holds a run is neither resumed nor overwritten unless asked", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder);
  const out = join(folder, "run");
  await train(config(data), { folder: out });
  const before = await outcome(out);
  await assert.rejects(train(config(data), { folder: out }), {
    name: "RunFolderError",
    message:
      /: holds a run with a checkpoint at step \d+; resume it, overwrite it, or choose another folder$/,
  });
  await assert.rejects(train(config(data), { folder }), {
    name: "RunFolderError",
    message: /: holds 2 files but no config\.json, so it is no run; choose another$/,
  });
  assert.deepEqual(await outcome(out), before);
  await train({ ...config(data), seed: 9 }, { folder: out, existing: "overwrite" });
  assert.notDeepEqual(await outcome(out), before);
});

test("a run whose loss stops falling ends early, and its package holds the best weights", async (t) => {
  const folder = await temporaryFolder(t);
  const data = await writeSmallImages(folder, 60);
  const options: TrainConfigInput = {
    ...config(data),
    epochs: 400,
    model: { hidden: [64], code: 8 },
    optimizer: { learningRate: 0.02, schedule: { kind: "plateau", patience: 2 } },
    earlyStopping: { patience: 5 },
  };
  const run = await train(options, { folder: join(folder, "run") });
  assert.match(run.endedEarly ?? "", /^the loss has not fallen by 0 in 5 epochs$/);
  assert.equal(run.history.length, (run.best?.epoch ?? 0) + 5);
  const losses = run.history.map(({ validationLoss }) => validationLoss as number);
  assert.equal(run.best?.loss, Math.min(...losses));
  assert.ok((run.history.at(-1)?.learningRate ?? 1) < 0.02, "the plateau has cut the learning rate");
});
