// Codes in fewer bits: float16, or int8 with a scale per row; and back.
import { toFloat16 } from "../package/variants/float16.ts";
import type { CodeType, Vectors } from "./columns.ts";

/** The largest int8 that is used: −128 is not, so that codes and their negatives are alike. */
const LARGEST_INT8 = 127;

export interface PackedCodes {
  readonly vectors: Vectors;
  /** For int8: what each row's numbers are to be multiplied by. */
  readonly scales?: Float32Array;
}

/** @param codes rows of `size` numbers, flat */
export function packCodes(codes: Float32Array, size: number, type: CodeType): PackedCodes {
  switch (type) {
    case "float32":
      return { vectors: codes };
    case "float16":
      return { vectors: toFloat16(codes) };
    case "int8":
      return quantize(codes, size);
  }
}

/** The codes as float32. Undoes {@link packCodes} but for what rounding took. */
export function unpackCodes(vectors: Vectors, size: number, scales?: ArrayLike<number>): Float32Array {
  if (vectors instanceof Float32Array) return vectors;
  const out = new Float32Array(vectors.length);
  if (vectors instanceof Uint16Array) {
    numbers ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => fromFloat16(bits));
    for (let i = 0; i < out.length; i++) out[i] = numbers[vectors[i] as number] as number;
    return out;
  }
  for (let i = 0; i < out.length; i++)
    out[i] = (vectors[i] as number) * (scales?.[Math.floor(i / size)] ?? 1);
  return out;
}

/** What every float16 stands for. */
let numbers: Float32Array | undefined;

/** The row's largest magnitude becomes 127; a row of zeros has scale 1. */
function quantize(codes: Float32Array, size: number): PackedCodes {
  const scales = new Float32Array(codes.length / size);
  const vectors = new Int8Array(codes.length);
  for (let row = 0; row < scales.length; row++) {
    const start = row * size;
    let largest = 0;
    for (let i = start; i < start + size; i++) largest = Math.max(largest, Math.abs(codes[i] as number));
    const scale = largest > 0 ? Math.fround(largest / LARGEST_INT8) : 1;
    scales[row] = scale;
    for (let i = start; i < start + size; i++) {
      const rounded = Math.round((codes[i] as number) / scale);
      vectors[i] = Math.max(-LARGEST_INT8, Math.min(LARGEST_INT8, rounded));
    }
  }
  return { vectors, scales };
}

/** The number that 16 bits stand for (IEEE 754 binary16). */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0x1f) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
