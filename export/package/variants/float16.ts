// float32 to float16 (IEEE 754 binary16), for JavaScript engines that have no Float16Array.

/** The largest finite float16. */
export const LARGEST_FLOAT16 = 65504;

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The 16 bits of each number, rounded to nearest, ties to even; beyond the largest float16 it is infinite. */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(values, bitsOf);
}

function bitsOf(value: number): number {
  single[0] = value;
  const bits = singleBits[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x47800000) return sign | 0x7c00; // from 65536 on, infinity included
  const exponent = (magnitude >>> 23) - 112;
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  // Below 2^-14 float16 has no leading one: the mantissa moves to the right, and is 0 below 2^-25.
  const shift = exponent > 0 ? 13 : 14 - exponent;
  if (shift > 24) return sign;
  const kept = exponent > 0 ? (exponent << 10) | ((mantissa >>> 13) & 0x3ff) : mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  // A carry out of the mantissa runs into the exponent, as it should.
  return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0));
}
