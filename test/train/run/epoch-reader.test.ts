// Batches that are read before anybody asks for them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { batches, type Dataset, memoryDataset } from "../../../data/index.ts";
import { EpochReader } from "../../../train/run/epoch-reader.ts";

const LENGTH = 20;
const order = { batchSize: 6, seed: 3 };

/** Notes what is read; `fails` at the read of that number. */
function noted({ fails = Number.POSITIVE_INFINITY } = {}): { dataset: Dataset; reads: number[][] } {
  const inner = memoryDataset({
    ...{ name: "numbers", shape: [1], range: [0, LENGTH] },
    data: Float32Array.from({ length: LENGTH }, (_, i) => i),
  });
  const reads: number[][] = [];
  const dataset: Dataset = {
    ...inner,
    async gather(indices) {
      reads.push([...indices]);
      if (reads.length === fails) throw new Error("the disk is gone");
      return (await inner.gather?.(indices)) ?? new Float32Array();
    },
  };
  return { dataset, reads };
}

async function read(reader: EpochReader, dataset: Dataset, position: { epoch: number; step: number }) {
  const read: number[][] = [];
  for await (const { data } of reader.batches(dataset, order, position)) read.push([...data]);
  return read;
}

async function expected(dataset: Dataset, { epoch, step }: { epoch: number; step: number }) {
  const all: number[][] = [];
  for await (const { data } of batches(dataset, { ...order, shuffle: true, epoch, start: step }))
    all.push([...data]);
  return all;
}

for (const position of [
  { epoch: 1, step: 0 },
  { epoch: 4, step: 2 },
]) {
  test(`epoch ${position.epoch} from step ${position.step}: begun or not, the batches are the same`, async () => {
    const { dataset, reads } = noted();
    const wanted = await expected(noted().dataset, position);
    const reader = new EpochReader();
    reader.begin(dataset, order, position);
    await setTimeout(20);
    const before = reads.length;
    assert.ok(before > 0, "nothing was read before it was asked for");
    assert.deepEqual(await read(reader, dataset, position), wanted);
    assert.equal(reads.length, wanted.length, "something was read twice");
    assert.deepEqual(await read(reader, dataset, position), wanted, "and again, not begun");
  });
}

test("what was begun for another epoch is forgotten", async () => {
  const { dataset } = noted();
  const reader = new EpochReader();
  reader.begin(dataset, order, { epoch: 1, step: 0 });
  const position = { epoch: 2, step: 0 };
  assert.deepEqual(await read(reader, dataset, position), await expected(noted().dataset, position));
});

test("an error comes when the batch is asked for, and is nobody's where none is", async () => {
  const position = { epoch: 1, step: 0 };
  for (const asked of [true, false]) {
    const { dataset } = noted({ fails: 1 });
    const reader = new EpochReader();
    reader.begin(dataset, order, position);
    await setTimeout(20);
    if (asked) await assert.rejects(read(reader, dataset, position), { message: "the disk is gone" });
    await reader.close();
  }
});
