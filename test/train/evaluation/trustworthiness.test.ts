// Trustworthiness against scikit-learn and against maps whose score is known.
import assert from "node:assert/strict";
import test from "node:test";
import { rankNeighbours, trustworthiness } from "../../../train/evaluation/trustworthiness.ts";
import { lehmer } from "./lehmer.ts";

const points = Float32Array.from(lehmer(7, 300));
const noise = lehmer(8, 120);
const map = Float32Array.from(noise, (value, i) =>
  Math.fround((points[5 * (i >> 1) + (i % 2)] as number) + 0.3 * value),
);

test("a map has the score that scikit-learn gives it", () => {
  const ranks = rankNeighbours(points, 5);
  // scikit-learn 1.9: trustworthiness(X, Y, n_neighbors=5), and 12.
  assert.ok(Math.abs(trustworthiness(ranks, map, 2, 5) - 0.7537820512820512) < 1e-12);
  assert.ok(Math.abs(trustworthiness(ranks, map, 2, 12) - 0.7607764390896921) < 1e-12);
});

test("ranks are the places of others by distance; equally distant ones keep their order", () => {
  const { ranks } = rankNeighbours(Float32Array.of(0, 1, 3, 1, -1), 1);
  assert.deepEqual([...ranks.subarray(0, 5)], [0, 1, 4, 2, 3]);
  assert.deepEqual([...ranks.subarray(5, 10)], [2, 0, 3, 1, 4]);
});

test("a map that is the data is perfect; one that turns a line inside out is not", () => {
  const line = Float32Array.from({ length: 40 }, (_, i) => i);
  const ranks = rankNeighbours(line, 1);
  assert.equal(trustworthiness(ranks, line, 1, 5), 1);
  const insideOut = line.map((x) => (x * 17) % 40);
  assert.ok(trustworthiness(ranks, insideOut, 1, 5) < 0.7);
});

test("as many neighbours as half the points, or none, are refused", () => {
  const ranks = rankNeighbours(Float32Array.of(0, 1, 2, 3), 1);
  for (const k of [0, 2]) {
    assert.throws(
      () => trustworthiness(ranks, new Float32Array(4), 1, k),
      new RegExp(`^RangeError: ${k} neighbours of 4`),
    );
  }
});
