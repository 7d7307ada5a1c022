// Checks what an app passes in and cuts micro-batches out of it.
import { InputError } from "./errors.ts";
import type { InputSpec } from "./manifest.ts";
import type { CodesInput, Images, Values } from "./types.ts";

/** Checked input: `count` items of `size` values each. */
export interface Items {
  readonly values: Values;
  readonly count: number;
  readonly size: number;
}

/** Throws `InputError` unless these are whole items of the model's input, of its kind of numbers. */
export function checkImages(images: Images, spec: InputSpec): Items {
  const { values, shape } = unwrap(images, "images");
  const wantsBytes = spec.dtype === "uint8";
  const isBytes = values instanceof Uint8Array || values instanceof Uint8ClampedArray;
  const isFloats = values instanceof Float32Array || values instanceof Float64Array;
  if (wantsBytes ? !isBytes : !isFloats) {
    const wanted = wantsBytes ? "Uint8Array or Uint8ClampedArray" : "Float32Array or Float64Array";
    throw new InputError(
      `images is a ${kindOf(values)}; this model takes raw ${spec.dtype} values ` +
        `from ${spec.range[0]} to ${spec.range[1]}: expected a ${wanted}`,
    );
  }
  return countItems("images", values, shape, spec.shape);
}

/** Throws `InputError` unless these are whole codes of `codeSize` numbers. */
export function checkCodes(codes: CodesInput, codeSize: number): Items {
  const { values, shape } = unwrap(codes, "codes");
  if (!(values instanceof Float32Array)) {
    throw new InputError(`codes is a ${kindOf(values)}; expected a Float32Array`);
  }
  return countItems("codes", values, shape, [codeSize]);
}

/**
 * A copy of items `start` to `end` (excluded), as graphs take them.
 * Throws `InputError` at the first value that is not finite: it would silently spoil the result of its item.
 */
export function cut(
  items: Items,
  start: number,
  end: number,
  what: string,
): Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
  const part = items.values.subarray(start * items.size, end * items.size);
  if (part instanceof Uint8Array || part instanceof Uint8ClampedArray) return new Uint8Array(part);
  const bad = part.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const item = start + Math.floor(bad / items.size);
    throw new InputError(
      `${what}: value ${bad % items.size} of item ${item} is ${part[bad]}; expected a finite number`,
    );
  }
  return new Float32Array(part);
}

function unwrap(
  given: unknown,
  what: string,
): { readonly values: Values; readonly shape: readonly number[] | undefined } {
  if (isValues(given)) return { values: given, shape: undefined };
  if (typeof given === "object" && given !== null && "data" in given && "shape" in given) {
    const { data, shape } = given;
    if (isValues(data) && Array.isArray(shape)) return { values: data, shape };
  }
  throw new InputError(
    `${what} is ${kindOf(given) === "undefined" ? "undefined" : `a ${kindOf(given)}`}; ` +
      "expected a typed array (Uint8Array, Float32Array) or { data: typed array, shape }",
  );
}

function countItems(
  what: string,
  values: Values,
  shape: readonly number[] | undefined,
  itemShape: readonly number[],
): Items {
  const size = itemShape.reduce((product, d) => product * d, 1);
  const { length } = values;
  if (length % size !== 0) {
    throw new InputError(
      `${what} holds ${length} values; expected a multiple of ${size}, as one item is [${itemShape.join(", ")}]`,
    );
  }
  const count = length / size;
  if (shape) {
    const asOne = count === 1 && same(shape, itemShape);
    if (!asOne && !same(shape, [count, ...itemShape])) {
      throw new InputError(
        `${what} has shape [${shape.join(", ")}] for ${length} values; expected [${[count, ...itemShape].join(", ")}]`,
      );
    }
  }
  return { values, count, size };
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function isValues(given: unknown): given is Values {
  return ArrayBuffer.isView(given) && !(given instanceof DataView);
}

function kindOf(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  return typeof given === "object" ? (given.constructor?.name ?? "object") : typeof given;
}
