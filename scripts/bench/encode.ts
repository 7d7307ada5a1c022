// Encoding: the runtime beside bare session.run of onnxruntime-node, on the same graph in the same process.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import * as ort from "onnxruntime-node";
import { loadRuntime, type Runtime } from "../../runtime/index.ts";
import { type BenchContext, type Benchmark, type BenchRow, benchRow } from "./benchmark.ts";
import { PIXELS, SIDE, writeUntrainedPackage } from "./untrained-package.ts";

const BATCH = 256;
const CONCURRENT = 512;
/** Calls that are under way at once where a candidate is to be kept busy. */
const IN_FLIGHT = 4;
/** Many and short, so that what else the machine does falls on all candidates alike. */
const ROUNDS = 75;
/** Milliseconds between candidates: longer than threads of ONNX Runtime spin. */
const REST = 100;

/** Encodes images of raw bytes, or encodes and decodes them; resolves when it has. */
type Encode = (images: Uint8Array<ArrayBuffer>, count: number) => Promise<unknown>;

interface Subjects {
  readonly bare: Encode;
  readonly inline: Encode;
  readonly workers: Encode;
}

/** The same for encoder and decoder, one after the other. */
type Reconstructing = Pick<Subjects, "bare" | "inline">;

export const encode: Benchmark = {
  name: "encode",
  description: "images/s, latency and event-loop delay in encoding, beside bare onnxruntime-node",
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "latentkit-bench-"));
    const runtimes: Runtime[] = [];
    const load = async (inline: boolean): Promise<Runtime> => {
      const runtime = await loadRuntime(folder, { device: "cpu", inline });
      runtimes.push(runtime);
      return runtime;
    };
    try {
      await writeUntrainedPackage(folder);
      const [inline, workers] = [await load(true), await load(false)];
      const bare = await bareEncode(join(folder, "encoder.onnx"));
      const subjects: Subjects = {
        bare,
        inline: (images) => inline.encode(images),
        workers: (images) => workers.encode(images),
      };
      const reconstructing: Reconstructing = {
        bare: await bareReconstruct(bare, join(folder, "decoder.onnx")),
        inline: (images) => inline.reconstruct(images),
      };
      return [
        ...(await batches(subjects, context)),
        await reconstructions(reconstructing, context),
        await oneAtATime(subjects, context),
        ...(await concurrently(subjects, context)),
        ...(await delays(subjects, context)),
      ];
    } finally {
      for (const runtime of runtimes) await runtime.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function bareEncode(path: string) {
  const session = await ort.InferenceSession.create(path);
  return (images: Uint8Array<ArrayBuffer>, count: number) =>
    session.run({ input: new ort.Tensor("uint8", images, [count, SIDE, SIDE, 1]) });
}

async function bareReconstruct(
  encodeBare: Awaited<ReturnType<typeof bareEncode>>,
  path: string,
): Promise<Encode> {
  const session = await ort.InferenceSession.create(path);
  return async (images, count) => session.run(await encodeBare(images, count));
}

async function batches(
  { bare, inline, workers }: Subjects,
  { say, compare }: BenchContext,
): Promise<BenchRow[]> {
  say(`batches of ${BATCH}`);
  const images = noise(BATCH);
  const rate = (run: Encode, inFlight: number) => async () => {
    const calls = 30;
    const seconds = await timed(() => atOnce(calls, inFlight, () => run(images, BATCH)));
    return (calls * BATCH) / seconds;
  };
  const measured = await compare({
    ...{ rounds: ROUNDS, rest: REST },
    candidates: { bare: rate(bare, 1), inline: rate(inline, 1), workers: rate(workers, IN_FLIGHT) },
  });
  const row = (metric: string, value: number, limit: number) =>
    benchRow({
      ...{ metric, value, unit: "images/s", baseline: measured.bare.median },
      goal: { at: "least", limit },
    });
  return [
    row(`batches of ${BATCH}, inline`, measured.inline.median, 0.95),
    row(`batches of ${BATCH}, in a worker, ${IN_FLIGHT} in flight`, measured.workers.median, 0.9),
  ];
}

async function reconstructions(
  { bare, inline }: Reconstructing,
  { say, compare }: BenchContext,
): Promise<BenchRow> {
  say(`batches of ${BATCH}, encoded and decoded`);
  const images = noise(BATCH);
  const rate = (run: Encode) => async () => {
    const calls = 15;
    const seconds = await timed(() => atOnce(calls, 1, () => run(images, BATCH)));
    return (calls * BATCH) / seconds;
  };
  const measured = await compare({
    ...{ rounds: ROUNDS, rest: REST },
    candidates: { bare: rate(bare), inline: rate(inline) },
  });
  return benchRow({
    metric: `batches of ${BATCH}, encoded and decoded, inline`,
    ...{ value: measured.inline.median, unit: "images/s", baseline: measured.bare.median },
    goal: { at: "least", limit: 0.95 },
  });
}

async function oneAtATime({ bare, inline }: Subjects, { say, compare }: BenchContext): Promise<BenchRow> {
  say("one image at a time");
  const image = noise(1);
  const latency = (run: Encode) => async () => {
    const calls = 300;
    return (1e6 * (await timed(() => atOnce(calls, 1, () => run(image, 1))))) / calls;
  };
  const measured = await compare({
    ...{ rounds: ROUNDS, rest: REST },
    candidates: { bare: latency(bare), inline: latency(inline) },
  });
  return benchRow({
    metric: "one image at a time, inline: longer than bare",
    value: measured.inline.median - measured.bare.median,
    ...{ unit: "µs", goal: { at: "most", limit: 60 } },
  });
}

async function concurrently({ bare, inline, workers }: Subjects, { say, compare }: BenchContext) {
  say(`${CONCURRENT} calls of one image at once`);
  const images = Array.from({ length: CONCURRENT }, () => noise(1));
  const rate = (run: Encode, inFlight: number) => async () => {
    const times = inFlight === 1 ? 1 : 5;
    const seconds = await timed(() =>
      atOnce(times, 1, () =>
        atOnce(CONCURRENT, inFlight, (i) => run(images[i] as Uint8Array<ArrayBuffer>, 1)),
      ),
    );
    return (times * CONCURRENT) / seconds;
  };
  const measured = await compare({
    ...{ rounds: ROUNDS, rest: REST },
    candidates: { bare: rate(bare, 1), inline: rate(inline, CONCURRENT), workers: rate(workers, CONCURRENT) },
  });
  return (["workers", "inline"] as const).map((name) =>
    benchRow({
      metric: `${CONCURRENT} single images at once, ${name === "inline" ? name : "in a worker"}`,
      ...{ value: measured[name].median, unit: "images/s", baseline: measured.bare.median },
      goal: { at: "least", limit: 5 },
    }),
  );
}

/** How late timers of this thread are while it encodes at full load. */
async function delays({ bare, workers }: Subjects, { say, compare }: BenchContext): Promise<BenchRow[]> {
  say("event-loop delay at full load");
  const images = noise(BATCH);
  const delay = (run: Encode, inFlight: number) => async () => {
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    const end = performance.now() + 1000;
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        while (performance.now() < end) await run(images, BATCH);
      }),
    );
    histogram.disable();
    return histogram.percentile(99) / 1e6;
  };
  const measured = await compare({
    ...{ rounds: 5, rest: REST },
    candidates: { bare: delay(bare, 1), workers: delay(workers, IN_FLIGHT) },
  });
  const row = { unit: "ms" } as const;
  return [
    benchRow({
      ...row,
      ...{ metric: `event-loop delay p99, batches of ${BATCH} in a worker`, value: measured.workers.median },
      goal: { at: "most", limit: 15 },
    }),
    benchRow({
      ...row,
      metric: `event-loop delay p99, batches of ${BATCH} bare`,
      value: measured.bare.median,
    }),
  ];
}

/** Does a thing `times` times, so many at once. */
async function atOnce(times: number, inFlight: number, run: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < times) await run(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

async function timed(body: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await body();
  return (performance.now() - start) / 1000;
}

function noise(count: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: count * PIXELS }, (_, i) => (i * 2654435761) >>> 24);
}
