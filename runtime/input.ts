// Checks what an app passes in, and makes micro-batches of it.
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
  const { values, shape } = unwrap(images, what);
  const wantsBytes = spec.dtype === "uint8";
  if (wantsBytes && isBytes(values)) return countItems(what, values, shape, spec.shape);
  if (!wantsBytes && isFloats(values)) return countItems(what, values, shape, spec.shape);
  const wanted = wantsBytes ? "Uint8Array or Uint8ClampedArray" : "Float32Array or Float64Array";
  throw new InputError(
    `${what} is a ${kindOf(values)}; this model takes raw ${spec.dtype} values ` +
      `from ${spec.range[0]} to ${spec.range[1]}: expected a ${wanted}`,
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
    throw new InputError(`codes is a ${kindOf(values)}; expected a Float32Array`);
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
      throw new InputError(`${name} is a ${kindOf(indices)}; expected an Int32Array`);
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
  const areBytes = spans.every(({ items: { values } }) => !isFloats(values));
  const joined = areBytes ? new Uint8Array(lengthOf(spans)) : new Float32Array(lengthOf(spans));
  return fill(joined, spans);
}

/** {@link joinSpans} for switches. */
export function joinSwitches(spans: readonly Span<Int32Array>[]): Int32Array<ArrayBuffer> {
  return fill(new Int32Array(lengthOf(spans)), spans);
}

/** The items of a span as graphs take them: in the caller's own array, wherever that is possible. */
export function viewSpan(span: Span): Job["data"] {
  const part = partOf(span);
  const { buffer, byteOffset, length } = part;
  if (!(buffer instanceof ArrayBuffer) || part instanceof Float64Array) return joinSpans([span]);
  if (part instanceof Float32Array) return new Float32Array(buffer, byteOffset, length);
  return new Uint8Array(buffer, byteOffset, length);
}

function fill<T extends Job["data"] | Int32Array>(joined: T, spans: readonly Span<AnyValues>[]): T {
  let at = 0;
  for (const span of spans) {
    const part = partOf(span);
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function lengthOf(spans: readonly Span<AnyValues>[]): number {
  return spans.reduce((sum, { items, start, end }) => sum + (end - start) * items.size, 0);
}

function partOf<V extends AnyValues>({ items, start, end }: Span<V>): AnyValues {
  const { values, count, size } = items;
  return start === 0 && end === count ? values : values.subarray(start * size, end * size);
}

function unwrap(
  given: unknown,
  what: string,
): { readonly values: ArrayBufferView; readonly shape: readonly number[] | undefined } {
  if (isTypedArray(given)) return { values: given, shape: undefined };
  if (typeof given === "object" && given !== null && "data" in given && "shape" in given) {
    const { data, shape } = given;
    if (isTypedArray(data) && Array.isArray(shape)) return { values: data, shape };
  }
  throw new InputError(
    `${what} is ${kindOf(given) === "undefined" ? "undefined" : `a ${kindOf(given)}`}; ` +
      "expected a typed array (Uint8Array, Float32Array) or { data: typed array, shape }",
  );
}

function countItems<V extends AnyValues>(
  what: string,
  values: V,
  shape: readonly number[] | undefined,
  itemShape: readonly number[],
): Items<V> {
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

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function isTypedArray(given: unknown): given is ArrayBufferView {
  return ArrayBuffer.isView(given) && !(given instanceof DataView);
}

function isBytes(values: unknown): values is Uint8Array | Uint8ClampedArray {
  return values instanceof Uint8Array || values instanceof Uint8ClampedArray;
}

function isFloats(values: unknown): values is Float32Array | Float64Array {
  return values instanceof Float32Array || values instanceof Float64Array;
}

function kindOf(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  return typeof given === "object" ? (given.constructor?.name ?? "object") : typeof given;
}
