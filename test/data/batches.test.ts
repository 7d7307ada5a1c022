// Batches: order, sizes, labels and repeatability.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Batch, BatchOptions, Dataset } from "../../data/index.ts";
import { batches, memoryDataset } from "../../data/index.ts";

/** Item i is [10 i, 10 i + 1], its label i. */
const dataset = memoryDataset({
  name: "ten",
  data: Uint8Array.from({ length: 20 }, (_, i) => 10 * Math.floor(i / 2) + (i % 2)),
  shape: [2],
  range: [0, 255],
  labels: Int32Array.from({ length: 10 }, (_, i) => i),
});

async function collect(source: Dataset, options: BatchOptions): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches(source, options)) all.push(batch);
  return all;
}

const order = (all: readonly Batch[]) => all.flatMap(({ indices }) => [...indices]);

test("without shuffle, items come in stored order and the last batch is what is left", async () => {
  const all = await collect(dataset, { batchSize: 4 });
  assert.deepEqual(
    all.map(({ shape }) => shape),
    [
      [4, 2],
      [4, 2],
      [2, 2],
    ],
  );
  assert.deepEqual(all[2]?.data, Uint8Array.of(80, 81, 90, 91));
  assert.deepEqual(all[2]?.labels, Int32Array.of(8, 9));
  assert.deepEqual(all[2]?.indices, Uint32Array.of(8, 9));
});

test("dropLast leaves out only a smaller last batch", async () => {
  assert.deepEqual(order(await collect(dataset, { batchSize: 4, dropLast: true })), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(order(await collect(dataset, { batchSize: 5, dropLast: true })).length, 10);
  assert.equal((await collect(dataset, { batchSize: 11, dropLast: true })).length, 0);
});

test("shuffled batches hold each item once, with its own values and label", async () => {
  const all = await collect(dataset, { batchSize: 3, shuffle: true, seed: 1 });
  assert.deepEqual(
    order(all).sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.notDeepEqual(order(all), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const { data, indices, labels } of all) {
    assert.deepEqual(
      [...data],
      [...indices].flatMap((i) => [10 * i, 10 * i + 1]),
    );
    assert.deepEqual(labels, Int32Array.from(indices));
  }
});

test("the order depends on seed and epoch, not on the batch size", async () => {
  const base = order(await collect(dataset, { batchSize: 3, shuffle: true, seed: 1, epoch: 2 }));
  assert.deepEqual(order(await collect(dataset, { batchSize: 7, shuffle: true, seed: 1, epoch: 2 })), base);
  assert.notDeepEqual(
    order(await collect(dataset, { batchSize: 3, shuffle: true, seed: 1, epoch: 3 })),
    base,
  );
  assert.notDeepEqual(
    order(await collect(dataset, { batchSize: 3, shuffle: true, seed: 2, epoch: 2 })),
    base,
  );
});

test("the order of seed 1, epoch 0 is the one written down here: it must not change between versions", async () => {
  assert.deepEqual(order(await collect(dataset, { shuffle: true, seed: 1 })), [2, 7, 5, 8, 3, 4, 1, 9, 6, 0]);
});

test("a source without gather is shuffled all the same", async () => {
  const { gather: _, ...readOnly } = dataset;
  const options = { batchSize: 3, shuffle: true, seed: 1 };
  assert.deepEqual(await collect(readOnly, options), await collect(dataset, options));
});

test("a dataset without labels gives batches without labels", async () => {
  const bare = memoryDataset({ name: "bare", data: Float32Array.of(1, 2), shape: [1], range: [0, 2] });
  const [batch] = await collect(bare, {});
  assert.deepEqual(batch, { data: Float32Array.of(1, 2), shape: [2, 1], indices: Uint32Array.of(0, 1) });
});

test("numbers that are not whole are refused by name", async () => {
  const refused = (options: BatchOptions, message: string) =>
    assert.rejects(collect(dataset, options), { name: "DataOptionError", message });
  await refused({ batchSize: 0 }, "batchSize is 0; expected a whole number, at least 1");
  await refused({ batchSize: 2.5 }, "batchSize is 2.5; expected a whole number, at least 1");
  await refused({ seed: Number.NaN }, "seed is NaN; expected a whole number");
  await refused({ epoch: -1 }, "epoch is -1; expected a whole number, at least 0");
});

/** The dataset, slow to read: counts the reads under way, and fails at batch `failAt`. */
function slow(readAhead: number, failAt = Number.POSITIVE_INFINITY) {
  const log = { begun: 0, ended: 0, most: 0 };
  const read = async (start: number, end: number) => {
    log.begun++;
    log.most = Math.max(log.most, log.begun - log.ended);
    await setTimeout(2);
    log.ended++;
    if (start >= 2 * failAt) throw new Error(`no item ${start}`);
    return dataset.read(start, end);
  };
  return { source: { ...dataset, readAhead, read } satisfies Dataset, log };
}

test("as many items are read ahead as the dataset says, in whole batches, and come in order", async () => {
  for (const [readAhead, most] of [
    [0, 1],
    [1, 2],
    [4, 3],
    [100, 5],
  ] as const) {
    const { source, log } = slow(readAhead);
    const all = await collect(source, { batchSize: 2 });
    assert.deepEqual(all, await collect(dataset, { batchSize: 2 }));
    assert.equal(log.most, most, `readAhead ${readAhead}`);
  }
});

test("a read that fails ahead of its turn is an error in its turn, and ends the reading", async () => {
  const { source, log } = slow(4, 2);
  const seen: number[] = [];
  await assert.rejects(
    async () => {
      for await (const { indices } of batches(source, { batchSize: 2 })) seen.push(...indices);
    },
    { message: "no item 4" },
  );
  assert.deepEqual(seen, [0, 1, 2, 3]);
  assert.equal(log.begun, 5);
});

test("reads under way at an early end are left to themselves: none is begun, no failure is unhandled", async () => {
  const { source, log } = slow(6, 1);
  for await (const _ of batches(source, { batchSize: 2 })) break;
  const { begun } = log;
  await setTimeout(20);
  assert.deepEqual([begun, log.begun, log.ended], [4, 4, 4]);
});
