// Distances between codes, and the nearest of many.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { distancesTo, nearest } from "../../../../export/features/neighbours/metric.ts";

test("distances are those of school: by the angle, and by Pythagoras", () => {
  const rows = { codes: Float32Array.of(3, 4, -3, -4, 4, -3, 30, 40, 0, 0, 3, 3), size: 2 };
  assert.deepEqual(
    [...distancesTo(Float32Array.of(3, 4), rows, "euclidean")],
    [0, 10, Math.fround(Math.sqrt(50)), 45, 5, 1],
  );
  const angles = [...distancesTo(Float32Array.of(3, 4), rows, "cosine")];
  const expected = [0, 2, 1, 0, 1, 1 - Math.cos(Math.atan2(4, 3) - Math.PI / 4)];
  angles.forEach((angle, i) => {
    assert.ok(Math.abs(angle - (expected[i] as number)) < 1e-6, `row ${i}: ${angle}`);
  });
  assert.deepEqual([...distancesTo(Float32Array.of(0, 0), rows, "cosine")], [1, 1, 1, 1, 1, 1]);
});

test("the nearest are the first of all when sorted, equal ones by their rows", () => {
  const distances = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(distances, fc.integer({ min: 1, max: 70 }), (values, count) => {
      const sorted = values
        .map((distance, row) => ({ row, distance }))
        .sort((a, b) => a.distance - b.distance);
      assert.deepEqual(nearest(Float32Array.from(values), count), sorted.slice(0, count));
    }),
  );
});
