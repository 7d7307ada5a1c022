// The front of a loaded model: checks what calls bring, has them joined and run, and gives results their shapes.
import { createBatcher } from "./batcher.ts";
import { type Batching, checkCount, checkTimeout } from "./batching.ts";
import type { Answer, Work } from "./call.ts";
import { DisposedError, InputError, OptionError } from "./errors.ts";
import type { Executor } from "./executor.ts";
import { checkCodes, checkImages, type Items } from "./input.ts";
import type { Manifest, Precision } from "./manifest.ts";
import { StatsRecorder } from "./stats.ts";
import { encodeAll } from "./stream.ts";
import type { CallOptions, Codes, Images, Runtime, RuntimeInfo, StreamOptions, Tensor } from "./types.ts";

export interface RuntimeSettings extends Batching {
  readonly dtype: Precision;
  /** Turns what only this home knows, such as a canvas or a path, into values. Default: values are all there is. */
  readonly prepare?: (images: Images) => Images | Promise<Images>;
}

/** Makes of an answer for `count` items what the caller wants. */
type Finish<R> = (answer: Answer, count: number) => R;

export function createRuntime(manifest: Manifest, executor: Executor, settings: RuntimeSettings): Runtime {
  const { input, codeSize, outputs, name } = manifest;
  const { prepare = (images: Images) => images } = settings;
  const info: RuntimeInfo = {
    name,
    device: executor.device,
    dtype: settings.dtype,
    input,
    codes: { size: codeSize, switches: outputs.switches ?? [] },
    reconstruction: { shape: outputs.reconstruction.shape, range: outputs.reconstruction.range },
    classes: outputs.classes,
    passedOver: executor.passedOver,
  };
  const stats = new StatsRecorder();
  const batcher = createBatcher(name, executor, settings, stats);
  /** Calls whose input is still being prepared. */
  const preparing = new Set<Promise<unknown>>();
  let disposal: Promise<void> | undefined;

  /** Typed arrays are checked without waiting for anything. */
  function readImages(images: Images, what = "images"): Items | Promise<Items> {
    const prepared = prepare(images);
    return prepared instanceof Promise
      ? prepared.then((values) => checkImages(values, input, what))
      : checkImages(prepared, input, what);
  }

  function check(call: string, options: CallOptions): void {
    if (disposal) throw new DisposedError(call, name);
    if (options !== none) checkCallOptions(call, options);
  }

  function submit<R>(work: Work, options: CallOptions, finish: Finish<R>): Promise<R> {
    const { count } = work.items;
    if (count === 0) return Promise.resolve(finish(nothing(work.kind, outputs), 0));
    return batcher.submit(work, options, (answer) => finish(answer, count));
  }

  /** Not `async`: single items are encoded in microseconds, of which every promise takes some. */
  function ofImages<R>(
    kind: Work["kind"],
    images: Images,
    options: CallOptions,
    finish: Finish<R>,
  ): Promise<R> {
    try {
      check(kind, options);
      const items = readImages(images);
      if (!(items instanceof Promise)) return submit({ kind, items }, options, finish);
      const result = items.then((prepared) => submit({ kind, items: prepared }, options, finish));
      preparing.add(result);
      return result.finally(() => preparing.delete(result));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  const toCodes = ({ data, switches }: Answer, count: number): Codes => {
    const shape = [count, codeSize] as const;
    if (!switches) return { data, shape };
    const shapeOf = (i: number) => [count, ...(info.codes.switches[i]?.shape ?? [])];
    return { data, shape, switches: switches.map((values, i) => ({ data: values, shape: shapeOf(i) })) };
  };
  const toPictures = ({ data }: Answer, count: number): Tensor => ({
    data,
    shape: [count, ...info.reconstruction.shape],
  });
  const encode = (images: Images, options: CallOptions = none) =>
    ofImages("encode", images, options, toCodes);

  return {
    info,
    encode,
    async decode(codes, options = none) {
      check("decode", options);
      const { items, switches } = checkCodes(codes, info.codes);
      const work: Work = { kind: "decode", items, ...(switches.length > 0 && { switches }) };
      return submit(work, options, toPictures);
    },
    reconstruct: (images, options = none) =>
      ofImages("reconstruct", images, options, (answer, count) => ({
        reconstruction: toPictures(answer, count),
        error: answer.error ?? new Float32Array(0),
      })),
    async classify(images, options = none) {
      const { classes } = info;
      if (!classes && !disposal) {
        throw new InputError(
          `classify: model ${JSON.stringify(name)} has no classifier; expected a package with classifier.onnx`,
        );
      }
      return ofImages("classify", images, options, ({ data }, count) => ({
        labels: mostProbable(data, classes ?? []),
        probabilities: { data, shape: [count, classes?.length ?? 0] },
      }));
    },
    async *encodeStream(source, { batchSize = settings.maxBatchSize, ...options }: StreamOptions = {}) {
      check("encodeStream", options);
      checkCount("batchSize", batchSize);
      // Types leave it out, but JavaScript may pass it on.
      if ("transfer" in options) {
        throw new OptionError(
          "encodeStream: unknown option transfer",
          options.transfer,
          "batchSize, signal and timeout alone",
        );
      }
      yield* encodeAll(source, {
        batchSize,
        input,
        read: readImages,
        encode: (items) => encode(items, { ...options, transfer: true }),
      });
    },
    stats: () => stats.read(),
    dispose() {
      disposal ??= (async () => {
        while (preparing.size > 0) await Promise.allSettled(preparing);
        await batcher.close();
        await executor.close();
      })();
      return disposal;
    },
  };
}

/** The options of a call that has none: not looked at. */
const none: CallOptions = {};

function checkCallOptions(kind: string, { signal, timeout, transfer, ...unknown }: CallOptions): void {
  for (const [option, value] of Object.entries(unknown)) {
    throw new OptionError(`${kind}: unknown option ${option}`, value, "signal, timeout and transfer alone");
  }
  if (timeout !== undefined) checkTimeout("timeout", timeout);
  if (transfer !== undefined && typeof transfer !== "boolean") {
    throw new OptionError(`${kind}: transfer`, transfer, "true or false");
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new OptionError(`${kind}: signal`, signal, "an AbortSignal");
  }
}

/** What no items give. */
function nothing(kind: Work["kind"], { switches }: Manifest["outputs"]): Answer {
  const data = new Float32Array(0);
  return kind === "encode" && switches ? { data, switches: switches.map(() => new Int32Array(0)) } : { data };
}

/** The class of the largest number in each row; of equal ones the first. */
function mostProbable(probabilities: Float32Array, classes: readonly string[]): string[] {
  const count = probabilities.length / classes.length;
  return Array.from({ length: count }, (_, item) => {
    const row = probabilities.subarray(item * classes.length, (item + 1) * classes.length);
    let best = 0;
    for (let i = 1; i < row.length; i++) if ((row[i] as number) > (row[best] as number)) best = i;
    return classes[best] ?? "";
  });
}
