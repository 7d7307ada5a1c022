// Rungs, scores and survivors of successive halving, worked out by hand.
import assert from "node:assert/strict";
import test from "node:test";
import type { EpochRecord } from "../../../train/index.ts";
import { resolveSweep } from "../../../train/sweep/config.ts";
import { rungs, score, survivors } from "../../../train/sweep/halving.ts";

const sweepOf = (epochs: number, halving?: { epochs: number; eta?: number }) =>
  resolveSweep({ base: { epochs }, space: { seed: [1] }, ...(halving ? { halving } : {}) });

test("rungs are multiplied by eta up to the last epoch, which is the last rung", () => {
  assert.deepEqual(rungs(sweepOf(10, { epochs: 2 })), [2, 6, 10]);
  assert.deepEqual(rungs(sweepOf(18, { epochs: 2 })), [2, 6, 18]);
  assert.deepEqual(rungs(sweepOf(9, { epochs: 1, eta: 2 })), [1, 2, 4, 8, 9]);
  assert.deepEqual(rungs(sweepOf(10)), [Number.POSITIVE_INFINITY]);
});

function history(losses: readonly number[], validation?: readonly number[]): EpochRecord[] {
  return losses.map((loss, i) => ({
    ...{ epoch: i + 1, loss, validationLoss: validation?.[i] ?? null },
    ...{ penalty: 0, l0: 1, deadUnits: 0, explainedVariance: 0.5, cosine: 0.9 },
    ...{ learningRate: 0.1, seconds: 1, itemsPerSecond: 1, dataWait: 0 },
  }));
}

test("a trial counts for its lowest validation loss, without validation for its last loss", () => {
  assert.equal(score(history([5, 3, 4])), 4);
  assert.equal(score(history([5, 3, 4]), 2), 3);
  assert.equal(score(history([5, 3, 4], [9, 7, 8])), 7);
  assert.equal(score(history([5, 3, 4], [9, 7, 6]), 2), 7);
  assert.equal(score([]), Number.POSITIVE_INFINITY);
});

test("the best 1/eta go on, rounded down but at least one, in their order", () => {
  const identity = (value: number) => value;
  assert.deepEqual(survivors([5, 1, 4, 2, 3, 9, 8], identity, 3), [1, 2]);
  assert.deepEqual(survivors([5, 4, 3, 2, 1, 0], identity, 2), [2, 1, 0]);
  assert.deepEqual(survivors([5, 4], identity, 3), [4]);
});

test("failed trials never go on, even where places are left", () => {
  const scores = { a: Number.POSITIVE_INFINITY, b: 2, c: Number.NaN, d: Number.POSITIVE_INFINITY };
  const names = Object.keys(scores) as (keyof typeof scores)[];
  assert.deepEqual(
    survivors(names, (name) => scores[name], 2),
    ["b"],
  );
  assert.deepEqual(
    survivors(["a", "d"] as const, (name) => scores[name], 2),
    [],
  );
});

test("of two alike the earlier goes on", () => {
  const trials = [{ at: 3 }, { at: 1 }, { at: 1 }];
  assert.deepEqual(
    survivors(trials, ({ at }) => at, 3),
    [trials[1]],
  );
  assert.equal(survivors(trials, ({ at }) => at, 3)[0], trials[1]);
});
