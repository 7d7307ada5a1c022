// Runs as a whole: waiting for data, two side by side, and how soon one that is cancelled ends.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSource } from "../../data/index.ts";
import { type RunEvent, type TrainConfigInput, TrainingPool, train } from "../../train/index.ts";
import { type BenchContext, type Benchmark, type BenchRow, benchRow } from "./benchmark.ts";
import { writePngFolder } from "./png-folder.ts";

const PNGS = 20_000;
const SIDE = 28;
const WAITING = { at: "most", limit: 5 } as const;

const config = (data: string, epochs: number): TrainConfigInput => ({
  ...{ data, epochs, model: { hidden: [512, 256], code: 30 }, batchSize: 128 },
  // No checkpoints within an epoch: their time is no waiting, but it would shorten the share.
  checkpoint: { everySeconds: 1e6 },
});

export const runs: Benchmark = {
  name: "runs",
  description: "training runs as a whole: waiting for data, two side by side, cancelling",
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "latentkit-bench-"));
    try {
      return [
        ...(await waiting("MNIST", "mnist:train", join(folder, "mnist"), context)),
        ...(await waitingForPngs(folder, context)),
        await sideBySide(folder, context),
        await cancelling(folder, context),
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** The first epoch reads everything; the second may find it in memory. */
async function waiting(
  name: string,
  data: string,
  folder: string,
  { say }: BenchContext,
): Promise<BenchRow[]> {
  say(`${name}: two epochs`);
  const { history } = await train(config(data, 2), { folder, existing: "overwrite" });
  return history.flatMap(({ epoch, dataWait, itemsPerSecond }) => [
    benchRow({
      ...{ metric: `${name}, epoch ${epoch}: waiting for data`, value: 100 * dataWait },
      ...{ unit: "% of a step", goal: WAITING },
    }),
    benchRow({ metric: `${name}, epoch ${epoch}: training`, value: itemsPerSecond, unit: "items/s" }),
  ]);
}

async function waitingForPngs(folder: string, context: BenchContext): Promise<BenchRow[]> {
  context.say(`making ${PNGS} PNGs`);
  const pngs = join(folder, "pngs");
  await writePngFolder(pngs, PNGS, SIDE);
  const name = `${PNGS.toLocaleString("en")} PNGs`;
  return [
    ...(await reading(name, pngs, context)),
    ...(await waiting(name, pngs, join(folder, "png-run"), context)),
  ];
}

/** Nothing but opening, which looks at every file's header, and decoding. */
async function reading(name: string, folder: string, { say }: BenchContext): Promise<BenchRow[]> {
  say(`${name}: opening and decoding`);
  const begun = performance.now();
  const dataset = await openSource(folder);
  const opened = performance.now();
  await dataset.read(0, dataset.length);
  const seconds = (performance.now() - opened) / 1000;
  await dataset.close?.();
  return [
    benchRow({ metric: `${name}: opening`, value: opened - begun, unit: "ms" }),
    benchRow({ metric: `${name}: decoding alone`, value: dataset.length / seconds, unit: "images/s" }),
  ];
}

async function sideBySide(folder: string, { say, compare }: BenchContext): Promise<BenchRow> {
  say("two runs, side by side and one after the other");
  const both = async (parallel: number) => {
    const pool = new TrainingPool({ parallel });
    const run = (name: string) =>
      pool.run(config("mnist:test", 4), { folder: join(folder, name), existing: "overwrite" });
    await Promise.all([run("a"), run("b")]);
    await pool.close();
  };
  const measured = await compare({
    ...{ rounds: 3, warmup: 0 },
    candidates: { together: () => both(2), inTurn: () => both(1) },
  });
  return benchRow({
    ...{ metric: "two runs side by side, against one after the other", value: measured.together.median },
    ...{ unit: "ms", baseline: measured.inTurn.median, goal: { at: "most", limit: 1.15 } },
  });
}

/** Milliseconds from asking a run to stop, in the middle of an epoch, until it has: it writes a checkpoint meanwhile. */
async function cancelling(folder: string, { say, compare }: BenchContext): Promise<BenchRow> {
  say("cancelling runs");
  const cancel = async () => {
    const controller = new AbortController();
    let askedAt = Number.NaN;
    const onEvent = ({ type }: RunEvent) => {
      if (type !== "step" || controller.signal.aborted) return;
      askedAt = performance.now();
      controller.abort();
    };
    const options = { folder: join(folder, "cancelled"), existing: "overwrite", onEvent } as const;
    await train(config("mnist:train", 100), { ...options, signal: controller.signal }).catch((error) => {
      if (error.name !== "StoppedError") throw error;
    });
    return performance.now() - askedAt;
  };
  const { cancelled } = await compare({ rounds: 5, warmup: 0, candidates: { cancelled: cancel } });
  return benchRow({
    ...{ metric: "cancelling a run, slowest of 5", value: Math.max(...cancelled.samples) },
    ...{ unit: "ms", goal: { at: "most", limit: 1000 } },
  });
}
