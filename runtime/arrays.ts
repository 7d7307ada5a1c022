// Typed arrays as values of a model: which kinds there are, what they are called, and how they are joined.
import type { InputSpec } from "./manifest.ts";

type Dtype = InputSpec["dtype"];
type RawArray = Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** How many values an item of this shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, d) => product * d, 1);
}

/** The array that a model's raw values are kept in. */
export function arrayOf(dtype: Dtype): new (length: number) => RawArray {
  return dtype === "uint8" ? Uint8Array : Float32Array;
}

/** Whether a model of this dtype takes them. */
export function suits(
  dtype: Dtype,
  values: unknown,
): values is Uint8Array | Uint8ClampedArray | Float32Array | Float64Array {
  return dtype === "uint8"
    ? values instanceof Uint8Array || values instanceof Uint8ClampedArray
    : isFloats(values);
}

export function isFloats(values: unknown): values is Float32Array | Float64Array {
  return values instanceof Float32Array || values instanceof Float64Array;
}

/** Whether this has the form of values with a shape; they may be anything. */
export function isShaped(given: unknown): given is { readonly data: unknown; readonly shape: unknown } {
  return typeof given === "object" && given !== null && "data" in given && "shape" in given;
}

/** Whether this has the form of raw values: a typed array, or one with a shape. They may still be of a wrong kind. */
export function isRaw(given: unknown): boolean {
  return ArrayBuffer.isView(given) || isShaped(given);
}

/** For messages: `a Date`, `undefined`. */
export function kindOf(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  return `a ${typeof given === "object" ? (given.constructor?.name ?? "object") : typeof given}`;
}

/** All parts, one after the other, in an array that fills its buffer and is nobody else's. */
export function concat<T extends { set(part: ArrayLike<number>, at: number): void }>(
  parts: readonly ArrayLike<number>[],
  Type: new (length: number) => T,
): T {
  const joined = new Type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
