// The front of a loaded model: checks input, sends it in micro-batches to an executor, puts results together.
import { DisposedError } from "./errors.ts";
import type { Executor, Job, JobResult } from "./executor.ts";
import type { Items } from "./input.ts";
import { checkCodes, checkImages, cut } from "./input.ts";
import type { Manifest } from "./manifest.ts";
import type { Runtime, RuntimeInfo } from "./types.ts";

/** How many micro-batches are under way at once: one runs while the next is being copied and sent. */
const LANES = 2;

/** @param batchSize most items per micro-batch; bounds the memory a call needs beyond its input and result */
export function createRuntime(manifest: Manifest, executor: Executor, batchSize: number): Runtime {
  const { input, codeSize, outputs } = manifest;
  const info: RuntimeInfo = {
    name: manifest.name,
    device: executor.device,
    dtype: "fp32",
    input,
    codes: { size: codeSize },
    reconstruction: { shape: outputs.reconstruction.shape, range: outputs.reconstruction.range },
    passedOver: executor.passedOver,
  };
  const pictureShape = info.reconstruction.shape;
  const pictureSize = pictureShape.reduce((product, d) => product * d, 1);
  const active = new Set<Promise<unknown>>();
  let disposal: Promise<void> | undefined;

  /** Keeps count of calls under way, so that `dispose` can wait for them. */
  async function call<R>(name: string, body: () => Promise<R>): Promise<R> {
    if (disposal) throw new DisposedError(name, manifest.name);
    const result = body();
    active.add(result);
    try {
      return await result;
    } finally {
      active.delete(result);
    }
  }

  async function runAll(kind: Job["kind"], items: Items, outSize: number) {
    const data = new Float32Array(items.count * outSize);
    const error = new Float32Array(kind === "reconstruct" ? items.count : 0);
    await inBatches(items.count, batchSize, async (start, end) => {
      const part = cut(items, start, end, kind === "decode" ? "codes" : "images");
      const result: JobResult = await executor.run({ kind, data: part, count: end - start });
      data.set(result.data, start * outSize);
      if (result.error) error.set(result.error, start);
    });
    return { data, error };
  }

  return {
    info,
    encode: (images) =>
      call("encode", async () => {
        const items = checkImages(images, input);
        const { data } = await runAll("encode", items, codeSize);
        return { data, shape: [items.count, codeSize] };
      }),
    decode: (codes) =>
      call("decode", async () => {
        const items = checkCodes(codes, codeSize);
        const { data } = await runAll("decode", items, pictureSize);
        return { data, shape: [items.count, ...pictureShape] };
      }),
    reconstruct: (images) =>
      call("reconstruct", async () => {
        const items = checkImages(images, input);
        const { data, error } = await runAll("reconstruct", items, pictureSize);
        return { reconstruction: { data, shape: [items.count, ...pictureShape] }, error };
      }),
    dispose() {
      disposal ??= Promise.allSettled(active).then(() => executor.close());
      return disposal;
    },
  };
}

/** Calls `step` for spans of `batchSize`, a few at once; after a failure starts no more, waits, then throws it. */
async function inBatches(
  count: number,
  batchSize: number,
  step: (start: number, end: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const start = next;
      next = Math.min(start + batchSize, count);
      try {
        await step(start, next);
      } catch (error) {
        next = count;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  const failed = lanes.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
