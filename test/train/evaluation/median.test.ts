// The median.
import assert from "node:assert/strict";
import { test } from "node:test";
import { median } from "../../../train/evaluation/median.ts";

test("is the number in the middle, or the mean of the two that are; the numbers stay as they are", () => {
  const odd = [3, 1, 10];
  assert.equal(median(odd), 3);
  assert.deepEqual(odd, [3, 1, 10]);
  assert.equal(median([4, 1, 2, 100]), 3);
  assert.equal(median([7]), 7);
  assert.ok(Number.isNaN(median([])));
});
