// Checks what an app passes in, and gives parts of it to the graphs.
import {
  type AnyValues,
  arrayOf,
  concat,
  type Dtype,
  type GraphArray,
  namesOf,
  sizeOf,
  suits,
} from "./arrays.ts";
import { InputError, show } from "./errors.ts";
import type { InputSpec } from "./manifest.ts";
import type { CodesInput, RuntimeInfo } from "./types.ts";

/** Checked input: `count` items of `size` values each. */
export interface Items {
  readonly values: AnyValues;
  readonly dtype: Dtype;
  readonly count: number;
  readonly size: number;
}

/** What items are to be. */
interface ItemSpec {
  readonly dtype: Dtype;
  /** Of one item. */
  readonly shape: readonly number[];
}

/** Throws `InputError` unless these are whole items of the model's input, of its kind of numbers. */
export function checkImages(images: unknown, spec: InputSpec, what = "images"): Items {
  return checkItems(what, images, spec, ` with raw values from ${spec.range.join(" to ")}, or a picture`);
}

/**
 * Codes, and the switches that belong to them. Throws `InputError` unless these are whole codes of `size` numbers, and
 * as many of each of the switches.
 */
export function checkCodes(codes: CodesInput, { size, switches }: RuntimeInfo["codes"]): readonly Items[] {
  const items = checkItems("codes", codes, { dtype: "float32", shape: [size] });
  const { switches: given }: { switches?: readonly unknown[] } = Object(codes);
  return [
    items,
    ...switches.map((spec, i) => {
      const what = `codes.switches[${i}]`;
      const tensor = given?.[i];
      if (tensor === undefined) {
        throw new InputError(
          `${what} is missing; expected codes with the places of the encoder's maxima, as encode() gives them, ` +
            "or use reconstruct()",
        );
      }
      const checked = checkItems(what, tensor, spec);
      if (checked.count === items.count) return checked;
      throw new InputError(`${what} holds ${checked.count} items; expected ${items.count}, as codes has`);
    }),
  ];
}

function checkItems(what: string, given: unknown, { dtype, shape }: ItemSpec, which = ""): Items {
  const { data: values = given, shape: givenShape }: { data?: unknown; shape?: unknown } = Object(given);
  if (!suits(dtype, values)) {
    throw new InputError(`${what} is ${show(values)}; expected ${namesOf(dtype)} or { data, shape }${which}`);
  }
  const size = sizeOf(shape);
  const { length } = values;
  const count = length / size;
  if (!Number.isInteger(count)) {
    throw new InputError(
      `${what} holds ${length} values; expected a multiple of ${size}, as one item is [${shape}]`,
    );
  }
  if (values !== given) {
    const whole = `${[count, ...shape]}`;
    const isWhole = `${givenShape}` === whole || (count === 1 && `${givenShape}` === `${shape}`);
    if (!isWhole) {
      throw new InputError(`${what} has shape [${givenShape}] for ${length} values; expected [${whole}]`);
    }
  }
  if (dtype === "float32") checkFinite(what, values, size);
  return { values, dtype, count, size };
}

/** A number that is not finite would silently spoil the result of its item. */
function checkFinite(what: string, values: AnyValues, size: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // As float32, which is what graphs compute in: 1e300 would be infinite there.
    if (Number.isFinite(Math.fround(value))) continue;
    throw new InputError(
      `${what}: value ${i % size} of item ${Math.floor(i / size)} is ${value}; expected a finite number`,
    );
  }
}

/** Values of items `start` to `end`, excluded. */
export function partOf({ values, count, size }: Items, start: number, end: number): AnyValues {
  return end - start === count ? values : values.subarray(start * size, end * size);
}

/** Values as graphs take them: in the caller's own array, wherever that is possible. */
export function viewOf(values: AnyValues, dtype: Dtype): GraphArray {
  const { buffer, byteOffset, length } = values;
  const isView = buffer instanceof ArrayBuffer && values.BYTES_PER_ELEMENT <= 4;
  return isView ? new (arrayOf(dtype))(buffer, byteOffset, length) : concat([values], dtype);
}

/** False where the values' buffer has gone to another thread since they were checked. */
export function areThere({ values, count, size }: Items): boolean {
  return values.length === count * size;
}
