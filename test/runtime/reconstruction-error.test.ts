// The error of reconstructions, worked out by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { itemErrors } from "../../runtime/reconstruction-error.ts";

test("bytes are scaled to the model's range before they are compared", () => {
  // 255 → 1 against 0.5, 0 → 0 against 0.5: (0.25 + 0.25) / 2. 255 → 1, 255 → 1 against themselves: 0.
  const errors = itemErrors(
    Uint8Array.of(255, 0, 255, 255),
    [0, 255],
    Float32Array.of(0.5, 0.5, 1, 1),
    [0, 1],
    2,
  );
  assert.deepEqual(errors, Float32Array.of(0.25, 0));
});

test("any two ranges are mapped linearly: 5 in [0, 10] is 0 in [-1, 1]", () => {
  assert.deepEqual(
    itemErrors(Float32Array.of(5), [0, 10], Float32Array.of(0.5), [-1, 1], 1),
    Float32Array.of(0.25),
  );
});

test("no items have no errors", () => {
  assert.equal(itemErrors(new Uint8Array(0), [0, 255], new Float32Array(0), [0, 1], 0).length, 0);
});
