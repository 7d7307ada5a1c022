// Rounding to float16, against the definition of its 65,536 values.
import assert from "node:assert/strict";
import test from "node:test";
import { LARGEST_FLOAT16, toFloat16 } from "../../../../export/package/variants/float16.ts";

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 bits of mantissa. */
function numberOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

const finite = Array.from({ length: 0x7c00 }, (_, bits) => bits);

test("every float16 is itself", () => {
  const all = [...finite, ...finite.map((bits) => bits | 0x8000), 0x7c00, 0xfc00];
  assert.deepEqual([...toFloat16(Float32Array.from(all, numberOf))], all);
});

test("half way between two neighbours the even one is taken, beside it the nearer one", () => {
  const step = new Float32Array(1);
  const bits = new Uint32Array(step.buffer);
  for (const lower of finite.slice(0, -1)) {
    const middle = (numberOf(lower) + numberOf(lower + 1)) / 2;
    step[0] = middle;
    bits[0] = (bits[0] as number) + 1;
    const above = step[0];
    bits[0] = (bits[0] as number) - 2;
    const below = step[0];
    const even = lower % 2 === 0 ? lower : lower + 1;
    const got = [...toFloat16(Float32Array.of(below, middle, above, -middle))];
    assert.deepEqual(got, [lower, even, lower + 1, even | 0x8000], `around ${middle}`);
  }
});

test("beyond the largest it is infinite, and not a number stays so", () => {
  const half = LARGEST_FLOAT16 + 16;
  const [largest, rounded, tie, huge, infinite, nan] = toFloat16(
    Float32Array.of(LARGEST_FLOAT16, half - 1, half, -3e38, Number.NEGATIVE_INFINITY, Number.NaN),
  );
  assert.deepEqual([largest, rounded, tie, huge, infinite], [0x7bff, 0x7bff, 0x7c00, 0xfc00, 0xfc00]);
  assert.ok(Number.isNaN(numberOf(nan as number)));
});
