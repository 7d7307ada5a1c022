// The largest difference between outputs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { largestDifference } from "../../../export/package/compare.ts";

test("the largest difference is found with its coordinates", () => {
  const expected = { data: Float32Array.of(0, 1, 2, 3, 4, 5), shape: [1, 2, 3] };
  const actual = { data: Float32Array.of(0, 1.5, 2, 3, 6, 5), shape: [1, 2, 3] };
  assert.deepEqual(largestDifference(expected, actual), {
    maxAbs: 2,
    index: [0, 1, 1],
    expected: 4,
    actual: 6,
  });
});

test("NaN and Infinity are never near anything, not even themselves", () => {
  for (const [a, b] of [
    [Number.NaN, 0],
    [0, Number.NaN],
    [Number.NaN, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ] as const) {
    const found = largestDifference(
      { data: Float32Array.of(0, a), shape: [2] },
      { data: Float32Array.of(9, b), shape: [2] },
    );
    assert.equal(found.maxAbs, Number.POSITIVE_INFINITY, `${a} and ${b}`);
    assert.deepEqual(found.index, [1]);
  }
});

test("int32 of tfjs and int64 of ONNX are compared as numbers", () => {
  const found = largestDifference(
    { data: Int32Array.of(3, 4), shape: [2] },
    { data: BigInt64Array.of(3n, 6n), shape: [2] },
  );
  assert.deepEqual(found, { maxAbs: 2, index: [1], expected: 4, actual: 6 });
});
