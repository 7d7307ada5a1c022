// Checks what an app passes in, and makes micro-batches of it.
import { concat, isFloats, isShaped, kindOf, sizeOf, suits } from "./arrays.ts";
import { InputError } from "./errors.ts";
import type { Job } from "./executor.ts";
import type { InputSpec } from "./manifest.ts";
import type { CodesInput, Images, RuntimeInfo, Values } from "./types.ts";

type AnyValues = Values | Int32Array;

/** Checked input: `count` items of `size` values each. */
export interface Items<V extends AnyValues = Values> {
  readonly values: V;
  readonly count: number;
  readonly size: number;
}

/** Throws `InputError` unless these are whole items of the model's input, of its kind of numbers. */
export function checkImages(images: Images, spec: InputSpec, what = "images"): Items {
  const { dtype, range } = spec;
  const { values, shape } = unwrap(images, what);
  if (suits(dtype, values)) return countItems(what, values, shape, spec.shape);
  const wanted = dtype === "uint8" ? "Uint8Array or Uint8ClampedArray" : "Float32Array or Float64Array";
  throw new InputError(
    `${what} is ${kindOf(values)}; this model takes raw ${dtype} values ` +
      `from ${range[0]} to ${range[1]}: expected a ${wanted}`,
  );
}

/** Checked codes, with the values of each of the switches that the decoder needs. */
export interface CodeItems {
  readonly items: Items;
  readonly switches: readonly Items<Int32Array>[];
}

/** Throws `InputError` unless these are whole codes of `size` numbers, with the switches that belong to them. */
export function checkCodes(codes: CodesInput, { size, switches: specs }: RuntimeInfo["codes"]): CodeItems {
  const { values, shape } = unwrap(codes, "codes");
  if (!(values instanceof Float32Array)) {
    throw new InputError(`codes is ${kindOf(values)}; expected a Float32Array`);
  }
  const items = countItems("codes", values, shape, [size]);
  const given = "switches" in codes ? codes.switches : undefined;
  const switches = specs.map((spec, i) => {
    const name = `codes.switches[${i}]`;
    const tensor: unknown = given?.[i];
    if (tensor === undefined) {
      throw new InputError(
        `${name} is missing: this model's decoder puts values back where the encoder's maxima were; ` +
          "expected codes as encode() gives them, or use reconstruct()",
      );
    }
    const { values: indices, shape: givenShape } = unwrap(tensor, name);
    if (!(indices instanceof Int32Array)) {
      throw new InputError(`${name} is ${kindOf(indices)}; expected an Int32Array`);
    }
    const checked = countItems(name, indices, givenShape, spec.shape);
    if (checked.count === items.count) return checked;
    throw new InputError(`${name} holds ${checked.count} items; expected ${items.count}, as codes has`);
  });
  return { items, switches };
}

/** A part of checked items, the end excluded. */
export interface Span<V extends AnyValues = Values> {
  readonly items: Items<V>;
  readonly start: number;
  readonly end: number;
}

/** The items of all spans, one after the other, in an array that fills its buffer and is nobody else's. */
export function joinSpans(spans: readonly Span[]): Job["data"] {
  const areFloats = spans.some(({ items }) => isFloats(items.values));
  return concat<Job["data"]>(spans.map(partOf), areFloats ? Float32Array : Uint8Array);
}

/** {@link joinSpans} for switches. */
export function joinSwitches(spans: readonly Span<Int32Array>[]): Int32Array<ArrayBuffer> {
  return concat(spans.map(partOf), Int32Array);
}

/** The items of a span as graphs take them: in the caller's own array, wherever that is possible. */
export function viewSpan(span: Span): Job["data"] {
  const part = partOf(span);
  const { buffer, byteOffset, length } = part;
  if (!(buffer instanceof ArrayBuffer) || part instanceof Float64Array) return joinSpans([span]);
  return new (isFloats(part) ? Float32Array : Uint8Array)(buffer, byteOffset, length);
}

/** False where the values' buffer has gone to another thread since they were checked. */
export function areThere({ values, count, size }: Items): boolean {
  return values.length === count * size;
}

/** Whether a span's values are all that is in their buffer. */
export function fillsBuffer({ items, start, end }: Span): boolean {
  const { values, count } = items;
  return start === 0 && end === count && values.byteLength === values.buffer.byteLength;
}

function partOf<V extends AnyValues>({ items, start, end }: Span<V>): AnyValues {
  const { values, count, size } = items;
  return start === 0 && end === count ? values : values.subarray(start * size, end * size);
}

function unwrap(given: unknown, what: string): { values: ArrayBufferView; shape?: readonly number[] } {
  if (ArrayBuffer.isView(given)) return { values: given };
  if (isShaped(given)) {
    const { data, shape } = given;
    if (ArrayBuffer.isView(data) && Array.isArray(shape)) return { values: data, shape };
  }
  throw new InputError(
    `${what} is ${kindOf(given)}; ` +
      "expected a typed array (Uint8Array, Float32Array) or { data: typed array, shape }",
  );
}

function countItems<V extends AnyValues>(
  what: string,
  values: V,
  shape: readonly number[] | undefined,
  itemShape: readonly number[],
): Items<V> {
  const size = sizeOf(itemShape);
  const { length } = values;
  if (length % size !== 0) {
    throw new InputError(
      `${what} holds ${length} values; expected a multiple of ${size}, as one item is [${itemShape.join(", ")}]`,
    );
  }
  const count = length / size;
  if (shape) {
    const found = shape.join(", ");
    const whole = [count, ...itemShape].join(", ");
    if (found !== whole && !(count === 1 && found === itemShape.join(", "))) {
      throw new InputError(`${what} has shape [${found}] for ${length} values; expected [${whole}]`);
    }
  }
  if (isFloats(values)) checkFinite(what, values, size);
  return { values, count, size };
}

/** A number that is not finite would silently spoil the result of its item. */
function checkFinite(what: string, values: Float32Array | Float64Array, size: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // As float32, which is what graphs compute in: 1e300 would be infinite there.
    if (Number.isFinite(Math.fround(value))) continue;
    throw new InputError(
      `${what}: value ${i % size} of item ${Math.floor(i / size)} is ${value}; expected a finite number`,
    );
  }
}
