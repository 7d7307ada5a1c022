// Seeded random numbers and permutations.
import assert from "node:assert/strict";
import { test } from "node:test";
import { permutation, seededRandom } from "../../data/index.ts";

const draw = (count: number, ...seed: number[]) => {
  const random = seededRandom(...seed);
  return Array.from({ length: count }, random);
};

test("numbers lie in [0, 1) and are uniform: 10 bins of 100,000 draws pass a chi-squared test", () => {
  const values = draw(100_000, 42);
  const bins = new Array<number>(10).fill(0);
  for (const value of values) {
    assert.ok(value >= 0 && value < 1, `${value}`);
    const bin = Math.floor(value * 10);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const chi2 = bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  assert.ok(chi2 < 27.88, `chi-squared ${chi2}, 9 degrees of freedom: 27.88 at p = 0.001`);
});

test("the same seed gives the same numbers, every other seed others", () => {
  assert.deepEqual(draw(5, 1, 2), draw(5, 1, 2));
  const seeds = [[0], [1], [-1], [0, 0], [0, 1], [1, 0], [1, 1], [2, 0], [2 ** 32], [2 ** 32 + 1]];
  const firsts = new Set(seeds.map((seed) => draw(2, ...seed).join()));
  assert.equal(firsts.size, seeds.length);
});

test("a permutation holds each number once, and every order of 3 comes up equally often", () => {
  assert.deepEqual(
    [...permutation(1000, seededRandom(3))].sort((a, b) => a - b),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6000; seed++) {
    const order = permutation(3, seededRandom(seed)).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  const chi2 = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  assert.ok(chi2 < 20.52, `chi-squared ${chi2}, 5 degrees of freedom: 20.52 at p = 0.001`);
});

test("an injected source decides the order: always 0 moves each last element to the front", () => {
  // By hand, swapping i with 0 for i = 3, 2, 1: 0123 → 3120 → 2130 → 1230.
  assert.deepEqual([...permutation(4, () => 0)], [1, 2, 3, 0]);
});
