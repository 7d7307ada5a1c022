// What a loaded model looks like to an app: the same in Node and in the browser.
import type { Raster } from "./images/raster.ts";
import type { InputSpec, Precision, SwitchesSpec } from "./manifest.ts";

/** Where inference runs. Names as in transformers.js. */
export type Device = "cuda" | "webgpu" | "cpu" | "wasm";

/** Raw values of one kind: bytes, or floats. */
export type Values = Uint8Array | Uint8ClampedArray | Float32Array | Float64Array;

/**
 * Items for the model, one after the other, in the layout of `info.input`; how many there are follows from the length.
 * With a shape, it is `[n, ...info.input.shape]`, or `info.input.shape` for one item. A model of dtype `uint8` takes
 * bytes, one of dtype `float32` takes floats; raw values, as the graph scales them. Do not write to the array before
 * the promise settles.
 */
export type RawItems = Values | { readonly data: Values; readonly shape: readonly number[] };

/**
 * A picture of any size: it is decoded, put on a background, resized (options `fit` and `background` of `loadRuntime`)
 * and made gray or RGB, as the model's input is; the same way in Node and in the browser.
 * - everywhere: an `ImageData`, or red, green, blue and alpha of each pixel as `{ width, height, data }`; a `Blob` or
 *   `File` of an encoded image;
 * - in Node: the path of an image file, or a `Buffer` with its bytes;
 * - in the browser: what `createImageBitmap` takes: `<img>`, `<canvas>`, `<video>`, `ImageBitmap`, `VideoFrame`, …
 */
export type Picture = string | Blob | Raster | Drawable;

/** `<img>`, `<video>`, `<canvas>`, `OffscreenCanvas`, `ImageBitmap`, `VideoFrame`, without need of a browser's types. */
export type Drawable =
  | { readonly width: number; readonly height: number }
  | { readonly displayWidth: number; readonly displayHeight: number };

/** What `encode`, `reconstruct` and `classify` take. An array's members may be of different kinds. */
export type Images = RawItems | Picture | readonly (RawItems | Picture)[];

/** Numbers and their shape; the first dimension counts items. */
export interface Tensor {
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** Where each maximum was, for a decoder with max unpooling: shape `[n, ...]` as the manifest tells. */
export interface Switches {
  readonly data: Int32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** Codes of n items: shape `[n, info.codes.size]`. */
export interface Codes extends Tensor {
  readonly shape: readonly [number, number];
  /** One for each of `info.codes.switches`, in that order; left out where there are none. */
  readonly switches?: readonly Switches[];
}

/**
 * Codes for `decode`: those of `encode`, or made by hand. A model with `info.codes.switches` needs them as well, from the
 * codes of `encode`: they belong to the items that were encoded.
 */
export type CodesInput =
  | Float32Array
  | Float64Array
  | {
      readonly data: Float32Array | Float64Array;
      readonly shape: readonly number[];
      readonly switches?: readonly { readonly data: Int32Array; readonly shape: readonly number[] }[];
    };

export interface Reconstruction {
  /** What the decoder makes of the codes: shape `[n, ...info.reconstruction.shape]`, in `info.reconstruction.range`. */
  readonly reconstruction: Tensor;
  /** Per item, the mean squared difference to the input scaled to `info.reconstruction.range`. Length n. */
  readonly error: Float32Array<ArrayBuffer>;
}

export interface Classification {
  /** The most probable class of each item. Length n. */
  readonly labels: readonly string[];
  /** Shape `[n, info.classes.length]`. */
  readonly probabilities: Tensor;
}

/** A device that was tried before the one in use, and why it was not taken. */
export interface PassedOver {
  readonly device: Device;
  readonly reason: string;
}

export interface RuntimeInfo {
  /** The model's name. */
  readonly name: string;
  readonly device: Device;
  /** What the encoder computes in; the other graphs too where the package has them so, else in fp32. */
  readonly dtype: Precision;
  readonly input: InputSpec;
  readonly codes: {
    readonly size: number;
    /** What `decode` needs besides the codes: nothing, but for models with max unpooling. */
    readonly switches: readonly SwitchesSpec[];
  };
  readonly reconstruction: { readonly shape: readonly number[]; readonly range: readonly [number, number] };
  /** What `classify` tells apart; undefined where the model has no classifier. */
  readonly classes: readonly string[] | undefined;
  readonly passedOver: readonly PassedOver[];
}

/** Options of one call. */
export interface CallOptions {
  /** Rejects with the signal's reason, and runs nothing more of the call. A graph that is running is not interrupted. */
  readonly signal?: AbortSignal;
  /** Milliseconds from the call until it rejects with `TimeoutError`. Default: the `timeout` given to `loadRuntime`. */
  readonly timeout?: number;
  /**
   * Gives the values away, and for `decode` the switches too: where graphs run in threads, a typed array that fills its
   * buffer may go there as it is, and is of length 0 from then on, whether the call succeeds or not. It does so if it goes
   * alone: calls that are joined, or longer than `maxBatchSize`, are copied. Default false: what goes there is a copy.
   */
  readonly transfer?: boolean;
}

/** A stream's values are always copied, into batches. */
export interface StreamOptions extends Omit<CallOptions, "transfer"> {
  /** Items per `Codes`; the last may have fewer. Default: the `maxBatchSize` given to `loadRuntime`. */
  readonly batchSize?: number;
}

/** Milliseconds that half, 95 % and 99 % of the measured took at most, to about 4 %; 0 before the first. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Since the model was loaded. */
export interface RuntimeStats {
  /** Calls that were accepted, those of streams included. */
  readonly requests: number;
  /** Items that went through the graphs. */
  readonly items: number;
  /** Runs of the graphs. */
  readonly batches: number;
  /** Items per run; 0 before the first. */
  readonly meanBatch: number;
  /** From a call until its first item went to the graphs. */
  readonly queue: Percentiles;
  /** What a run took. */
  readonly compute: Percentiles;
}

/**
 * A loaded model. Calls may overlap: those that come while the device is busy, or in the same turn of the event loop,
 * go through the graphs together. Every method but `dispose`, `info` and `stats` rejects with `DisposedError` after
 * `dispose`; with `QueueFullError` where `maxQueueSize` calls are waiting; with `InferenceError` where ONNX Runtime fails.
 */
export interface Runtime {
  readonly info: RuntimeInfo;
  /** Rejects with `InputError` where the input does not fit `info.input`; calls joined with it are not touched by that. */
  encode(images: Images, options?: CallOptions): Promise<Codes>;
  /** Shape `[n, ...info.reconstruction.shape]`. Rejects with `InputError` where codes or their switches do not fit. */
  decode(codes: CodesInput, options?: CallOptions): Promise<Tensor>;
  /** `decode(encode(images))` in one go. Rejects with `InputError` as `encode`. */
  reconstruct(images: Images, options?: CallOptions): Promise<Reconstruction>;
  /** Rejects with `InputError` as `encode`, and where the model has no classifier. */
  classify(images: Images, options?: CallOptions): Promise<Classification>;
  /**
   * Encodes whatever a source gives, in its order: items or batches of them, as `encode` takes them, of any sizes. Holds
   * a few batches at a time, however long the source. Ending the loop early ends the source as well.
   *
   * @example
   * for await (const { data, shape } of runtime.encodeStream(images, { batchSize: 512 })) save(data);
   */
  encodeStream(
    source: Iterable<Images> | AsyncIterable<Images>,
    options?: StreamOptions,
  ): AsyncGenerator<Codes, void>;
  stats(): RuntimeStats;
  /** Lets calls in progress finish, then frees everything. Further calls of `dispose` do nothing more. */
  dispose(): Promise<void>;
}
