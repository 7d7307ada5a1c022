// Datasets of values in memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryDataset } from "../../data/index.ts";

const fields = { name: "m", shape: [2], range: [0, 9] } as const;

test("items are read as copies, also out of a Buffer", async () => {
  const data = Buffer.from([1, 2, 3, 4]);
  const dataset = memoryDataset({ ...fields, data: data as unknown as Uint8Array<ArrayBuffer> });
  const item = await dataset.read(1, 2);
  assert.deepEqual(item, Uint8Array.of(3, 4));
  item[0] = 99;
  assert.equal(data[2], 3);
});

test("length and dtype follow from the values", () => {
  assert.equal(memoryDataset({ ...fields, data: new Float32Array(6) }).length, 3);
  assert.equal(memoryDataset({ ...fields, data: new Float32Array(6) }).dtype, "float32");
  assert.equal(memoryDataset({ ...fields, data: new Uint8Array(6) }).dtype, "uint8");
});

test("reading past the end is refused", async () => {
  const dataset = memoryDataset({ ...fields, data: new Uint8Array(6) });
  const message = "m: items is [2, 4); expected whole numbers within [0, 3)";
  await assert.rejects(dataset.read(2, 4), { name: "DataOptionError", message });
  await assert.rejects(dataset.read(2, 1), /items is \[2, 1\)/);
  await assert.rejects(async () => dataset.gather?.(Uint32Array.of(3)), /items is \[3, 4\)/);
});

test("values, range and labels that do not fit are refused", () => {
  assert.throws(() => memoryDataset({ ...fields, data: new Uint8Array(5) }), {
    message: "m: number of values is 5; expected a multiple of 2, the size of one item",
  });
  assert.throws(() => memoryDataset({ ...fields, range: [1, 1], data: new Uint8Array(6) }), {
    message: "m: range is [1,1]; expected [lowest, highest], lowest < highest",
  });
  assert.throws(() => memoryDataset({ ...fields, data: new Uint8Array(6), labels: new Uint8Array(2) }), {
    name: "LabelsMismatchError",
    message: "m labels: holds 2 labels, but m holds 3 items; expected one each",
  });
});
