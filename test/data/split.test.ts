// Splits and subsets: views that share the items of a dataset.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batches, type Dataset, memoryDataset, split, subset } from "../../data/index.ts";

/** Item i is [i, 2 i], its label i mod 7. */
const hundred = memoryDataset({
  name: "hundred",
  data: Float32Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? i / 2 : i - 1)),
  shape: [2],
  range: [0, 198],
  labels: Uint8Array.from({ length: 100 }, (_, i) => i % 7),
});

async function firstValues(dataset: Dataset): Promise<number[]> {
  return [...(await dataset.read(0, dataset.length))].filter((_, i) => i % 2 === 0);
}

test("the two parts hold each item once, with its values and label, in stored order", async () => {
  const { train, validation } = split(hundred, { validation: 0.15, seed: 3 });
  assert.equal(train.length, 85);
  assert.equal(validation.length, 15);
  const parts = [await firstValues(train), await firstValues(validation)];
  assert.deepEqual(
    parts.flat().sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i),
  );
  for (const [i, part] of [train, validation].entries()) {
    const values = parts[i] ?? [];
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
    );
    assert.deepEqual(
      part.labels,
      Uint8Array.from(values, (value) => value % 7),
    );
    assert.deepEqual(part.range, [0, 198]);
  }
  assert.deepEqual([train.name, validation.name], ["hundred (train)", "hundred (validation)"]);
});

test("the split of seed 0 is the one written down here: runs must be able to resume in a later version", async () => {
  assert.deepEqual(await firstValues(split(hundred).validation), [3, 13, 14, 32, 36, 57, 59, 66, 74, 98]);
});

test("another seed gives another split, and the same seed the same", async () => {
  const held = (seed: number) => firstValues(split(hundred, { seed }).validation);
  assert.deepEqual(await held(5), await held(5));
  assert.notDeepEqual(await held(5), await held(6));
});

test("a part without items is refused by name", () => {
  assert.throws(() => split(hundred, { validation: 0.001 }), {
    name: "EmptyDatasetError",
    message:
      "hundred: validation: no item is left with validation 0.001 of 100 items; " +
      "expected a share that leaves at least 1 item on either side",
  });
  assert.throws(() => split(subset(hundred, [4]), { validation: 0.9 }), {
    message: /^hundred \(1 of 100\): train: no item is left with validation 0\.9 of 1 items;/,
  });
});

test("shares and seeds that make no sense are refused", () => {
  const message = "validation is 1; expected a share between 0 and 1";
  assert.throws(() => split(hundred, { validation: 1 }), { name: "DataOptionError", message });
  assert.throws(() => split(hundred, { validation: Number.NaN }), /validation is NaN/);
  assert.throws(() => split(hundred, { seed: 0.5 }), { message: "seed is 0.5; expected a whole number" });
});

test("a subset has its own numbers, and a subset of it too", async () => {
  const chosen = subset(hundred, [9, 3, 3, 50]);
  assert.deepEqual(await firstValues(chosen), [9, 3, 3, 50]);
  assert.deepEqual(await chosen.gather?.(Uint32Array.of(3, 0)), Float32Array.of(50, 100, 9, 18));
  assert.deepEqual(chosen.labels, Uint8Array.of(2, 3, 3, 1));
  assert.deepEqual(await firstValues(subset(chosen, [3, 1])), [50, 3]);
  await assert.rejects(chosen.read(2, 5), {
    message: "hundred (4 of 100): items is [2, 5); expected whole numbers within [0, 4)",
  });
});

test("a view is read in batches as any dataset is", async () => {
  const seen: number[] = [];
  for await (const { labels } of batches(subset(hundred, [1, 8, 15, 2]), { batchSize: 3 })) {
    seen.push(...(labels ?? []));
  }
  assert.deepEqual(seen, [1, 1, 1, 2]);
});

test("the view has no close: its dataset does", () => {
  const open: Dataset = { ...hundred, close: async () => {} };
  assert.equal("close" in subset(open, [1]), false);
});

test("no indices, and indices of no item, are refused", () => {
  assert.throws(() => subset(hundred, []), {
    name: "EmptyDatasetError",
    message: "hundred (0 of 100): a subset without indices; expected at least 1 item",
  });
  assert.throws(() => subset(hundred, [1, 100]), {
    name: "DataOptionError",
    message: "hundred: index 1 of the subset is 100; expected a whole number within [0, 100)",
  });
  assert.throws(() => subset(hundred, [-1]), /index 0 of the subset is -1/);
  assert.throws(() => subset(hundred, [0.5]), /index 0 of the subset is 0.5/);
});
