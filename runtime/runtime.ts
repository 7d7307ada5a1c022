// The front of a loaded model: checks what calls bring, has them joined and run, and gives results their shapes.
import { concat } from "./arrays.ts";
import { createBatcher } from "./batcher.ts";
import type { Batching } from "./batching.ts";
import { callTo, DisposedError, InputError } from "./errors.ts";
import type { Answer, Executor, Job, Outputs } from "./executor.ts";
import { checkCodes, checkImages, type Items } from "./input.ts";
import type { Manifest, Precision, SwitchesSpec } from "./manifest.ts";
import { checkCallOptions } from "./options.ts";
import { StatsRecorder } from "./stats.ts";
import { encodeAll } from "./stream.ts";
import type { CallOptions, Codes, Images, Runtime, RuntimeInfo, StreamOptions, Tensor } from "./types.ts";

export interface RuntimeSettings extends Batching {
  readonly dtype: Precision;
  /** Turns what only this home knows, such as a canvas or a path, into values; leaves the rest as it is. */
  readonly prepare: (images: Images) => Images | Promise<Images>;
}

/** Makes of an answer for `count` items what the caller wants. */
type Finish<K extends Job["kind"], R> = (outputs: Outputs[K], count: number) => R;

export function createRuntime(manifest: Manifest, executor: Executor, settings: RuntimeSettings): Runtime {
  const { input, codeSize, outputs, name } = manifest;
  const { shape, range } = outputs.reconstruction;
  const { switches = [], classes } = outputs;
  const info: RuntimeInfo = {
    name,
    device: executor.device,
    dtype: settings.dtype,
    input,
    codes: { size: codeSize, switches },
    reconstruction: { shape, range },
    classes,
    passedOver: executor.passedOver,
  };
  const stats = new StatsRecorder();
  const batcher = createBatcher(name, executor, settings, stats);
  /** Calls whose input is still being prepared. */
  const preparing = new Set<Promise<unknown>>();
  let disposal: Promise<void> | undefined;

  /** Typed arrays are checked without waiting for anything. */
  function readImages(images: Images, what = "images"): Items | Promise<Items> {
    const prepared = settings.prepare(images);
    return prepared instanceof Promise
      ? prepared.then((values) => checkImages(values, input, what))
      : checkImages(prepared, input, what);
  }

  function check(call: string, options: CallOptions | StreamOptions): void {
    if (disposal) {
      throw new DisposedError(
        `${callTo(call, name)} was called after dispose(); load it again with loadRuntime()`,
      );
    }
    if (options !== none) checkCallOptions(call, options);
  }

  function submit<K extends Job["kind"], R>(
    kind: K,
    inputs: readonly Items[],
    options: CallOptions,
    finish: Finish<K, R>,
  ): Promise<R> {
    const [{ count }] = inputs as [Items];
    // What each kind gives is what executors promise.
    if (count === 0) return Promise.resolve(finish(nothing(kind, switches) as unknown as Outputs[K], 0));
    return batcher.submit({ kind, count, inputs }, options, (answer) =>
      finish(answer as unknown as Outputs[K], count),
    );
  }

  /** Not `async`: single items are encoded in microseconds, of which every promise takes some. */
  function ofImages<K extends Job["kind"], R>(
    kind: K,
    images: Images,
    options: CallOptions,
    finish: Finish<K, R>,
  ): Promise<R> {
    try {
      check(kind, options);
      const items = readImages(images);
      if (!(items instanceof Promise)) return submit(kind, [items], options, finish);
      const result = items.then((prepared) => submit(kind, [prepared], options, finish));
      preparing.add(result);
      return result.finally(() => preparing.delete(result));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  const toPictures = (data: Tensor["data"], count: number): Tensor => ({
    data,
    shape: [count, ...shape],
  });
  const encode = (images: Images, options: CallOptions = none) =>
    ofImages(
      "encode",
      images,
      options,
      ([data, ...places], count): Codes => ({
        data,
        shape: [count, codeSize],
        ...(places.length > 0 && {
          switches: places.map((values, i) => ({
            data: values,
            shape: [count, ...(switches[i] as SwitchesSpec).shape],
          })),
        }),
      }),
    );

  return {
    info,
    encode,
    async decode(codes, options = none) {
      check("decode", options);
      return submit("decode", checkCodes(codes, info.codes), options, ([data], count) =>
        toPictures(data, count),
      );
    },
    reconstruct: (images, options = none) =>
      ofImages("reconstruct", images, options, ([data, error], count) => ({
        reconstruction: toPictures(data, count),
        error,
      })),
    async classify(images, options = none) {
      check("classify", options);
      if (!classes) {
        throw new InputError(
          `${callTo("classify", name)}: it has no classifier; expected a package with classifier.onnx`,
        );
      }
      return ofImages("classify", images, options, ([data], count) => ({
        labels: Array.from({ length: count }, (_, i) => {
          const row = data.subarray(i * classes.length, (i + 1) * classes.length);
          return classes[row.reduce((best, p, j) => (p > (row[best] as number) ? j : best), 0)] as string;
        }),
        probabilities: { data, shape: [count, classes.length] },
      }));
    },
    async *encodeStream(source, options = none) {
      check("encodeStream", options);
      const { batchSize = settings.maxBatchSize, ...others } = options;
      yield* encodeAll(source, {
        batchSize,
        input,
        read: readImages,
        encode: (items) => encode(items, { ...others, transfer: true }),
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
const none = {};

/** What no items give. */
function nothing(kind: Job["kind"], switches: readonly unknown[]): Answer {
  const more = kind === "encode" ? switches.map(() => concat([], "int32")) : [concat([], "float32")];
  return [concat([], "float32"), ...more];
}
