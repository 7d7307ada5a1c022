// What is measured after each epoch, against sums by hand.
import assert from "node:assert/strict";
import test from "node:test";
import { memoryDataset } from "../../../data/index.ts";
import { Monitor, monitored } from "../../../train/run/monitor.ts";
import type { Trainer } from "../../../train/run/trainer.ts";

const items = Float32Array.of(0, 2, 4, 4, 2, 0, 1, 3, 3, 1);
const dataset = memoryDataset({ name: "five", data: items, shape: [2], range: [0, 4] });

/** A trainer that gives every batch the measures that `of` makes of its items. */
function trainerOf(of: (items: readonly number[]) => { residual: number; everActive: number[] }) {
  const measure = async ({ data }: { data: ArrayLike<number> }) => {
    const values = Array.from(data);
    const { residual, everActive } = of(values);
    const share = values.length / 2;
    const code = { active: share, everActive: Float32Array.from(everActive), residual, cosine: share };
    return { loss: share, code };
  };
  return { measure } as unknown as Trainer;
}

test("means count each item once, and variance is that of the items themselves", async () => {
  const scaled = Array.from(items, (x) => x / 4);
  const centres = [0, 1].map(
    (column) => scaled.filter((_, i) => i % 2 === column).reduce((a, b) => a + b) / 5,
  );
  const variance = scaled.reduce((sum, x, i) => sum + (x - (centres[i % 2] as number)) ** 2, 0);
  const monitor = new Monitor(dataset, 2);
  for (let epoch = 0; epoch < 2; epoch++) {
    const residual = variance / 30;
    const measured = await monitor.measure(trainerOf(() => ({ residual, everActive: [1, 0, 0] })));
    // Batches of 2, 2 and 1 items.
    assert.ok(Math.abs(measured.loss - (2 * 2 + 2 * 2 + 1) / 5) < 1e-12);
    assert.ok(Math.abs((measured.code?.l0 as number) - 9 / 5) < 1e-12);
    assert.ok(Math.abs((measured.code?.cosine as number) - 9 / 5) < 1e-12);
    assert.ok(Math.abs((measured.code?.explainedVariance as number) - 0.9) < 1e-6);
  }
});

test("a unit is dead when no item of any batch activates it", async () => {
  let batch = 0;
  const each = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [1, 0, 0, 0],
  ];
  const trainer = trainerOf(() => ({ residual: 0, everActive: each[batch++] as number[] }));
  const { code } = await new Monitor(dataset, 2).measure(trainer);
  assert.equal(code?.deadUnits, 0.5);
});

test("the validation items are measured; without them a fixed sample of those trained on", async () => {
  const large = memoryDataset({
    name: "large",
    data: Float32Array.from({ length: 3000 }, (_, i) => i),
    shape: [1],
    range: [0, 3000],
  });
  assert.equal(monitored(large, dataset, 1), dataset);
  assert.equal(monitored(dataset, undefined, 1), dataset);
  const read = async (seed: number) => {
    const sample = monitored(large, undefined, seed);
    return Array.from(await sample.read(0, sample.length));
  };
  const sample = await read(1);
  assert.equal(new Set(sample).size, 1000);
  assert.deepEqual(await read(1), sample);
  assert.notDeepEqual(await read(2), sample);
});
