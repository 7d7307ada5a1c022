// What a loaded model looks like to an app: the same in Node and, later, in the browser.
import type { InputSpec } from "./manifest.ts";

/** Where inference runs. Names as in transformers.js. */
export type Device = "cpu";

/** Raw values of one kind: bytes, or floats. */
export type Values = Uint8Array | Uint8ClampedArray | Float32Array | Float64Array;

/**
 * Items for the model, one after the other, in the layout of `info.input`; how many there are follows from the length.
 * With a shape, it is `[n, ...info.input.shape]`, or `info.input.shape` for one item. A model of dtype `uint8` takes
 * bytes, one of dtype `float32` takes floats; raw values, as the graph scales them. Do not write to the array before
 * the promise settles.
 */
export type Images = Values | { readonly data: Values; readonly shape: readonly number[] };

/** Numbers and their shape; the first dimension counts items. */
export interface Tensor {
  readonly data: Float32Array<ArrayBuffer>;
  readonly shape: readonly number[];
}

/** Codes of n items: shape `[n, info.codes.size]`. */
export interface Codes extends Tensor {
  readonly shape: readonly [number, number];
}

/** Codes for `decode`: those of `encode`, or made by hand. */
export type CodesInput = Float32Array | { readonly data: Float32Array; readonly shape: readonly number[] };

export interface Reconstruction {
  /** What the decoder makes of the codes: shape `[n, ...info.reconstruction.shape]`, in `info.reconstruction.range`. */
  readonly reconstruction: Tensor;
  /** Per item, the mean squared difference to the input scaled to `info.reconstruction.range`. Length n. */
  readonly error: Float32Array<ArrayBuffer>;
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
  /** What the graphs compute in. */
  readonly dtype: "fp32";
  readonly input: InputSpec;
  readonly codes: { readonly size: number };
  readonly reconstruction: { readonly shape: readonly number[]; readonly range: readonly [number, number] };
  readonly passedOver: readonly PassedOver[];
}

/** A loaded model. Calls may overlap; every method but `dispose` rejects with `DisposedError` after it. */
export interface Runtime {
  readonly info: RuntimeInfo;
  /** Rejects with `InputError` where the input does not fit `info.input`. */
  encode(images: Images): Promise<Codes>;
  /** Shape `[n, ...info.reconstruction.shape]`. Rejects with `InputError` where the codes do not fit. */
  decode(codes: CodesInput): Promise<Tensor>;
  reconstruct(images: Images): Promise<Reconstruction>;
  /** Lets calls in progress finish, then frees everything. Further calls of `dispose` do nothing more. */
  dispose(): Promise<void>;
}
