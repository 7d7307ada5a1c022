// Which items' labels a classifier uses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryDataset } from "../../../data/index.ts";
import { classCount, classNamesOf, labelledShare } from "../../../train/procedures/labelled.ts";

/** 300 items of class 0, 100 of class 1 and 3 of class 2, in turns as long as there are some. */
const labels = Uint8Array.from({ length: 403 }, (_, i) => (i >= 400 ? 2 : i % 4 === 3 ? 1 : 0));
const dataset = memoryDataset({
  ...{ name: "items", data: new Uint8Array(403), shape: [1], range: [0, 255], labels },
});

const counts = (given: ArrayLike<number>) =>
  [0, 1, 2].map((label) => Array.from(given).filter((one) => one === label).length);

test("a share of each class, and at least one item of it", () => {
  assert.deepEqual(counts(labelledShare(dataset, 0.1, 1).labels ?? []), [30, 10, 1]);
});

test("the same seed draws the same items, another one others", async () => {
  const withNumbers = memoryDataset({
    ...{ name: "items", data: Float32Array.from(labels, (_, i) => i), shape: [1], range: [0, 1], labels },
  });
  const drawn = async (seed: number) => {
    const share = labelledShare(withNumbers, 0.1, seed);
    return share.read(0, share.length);
  };
  assert.deepEqual(await drawn(1), await drawn(1));
  assert.notDeepEqual(await drawn(1), await drawn(2));
});

test("all of them is the dataset itself", () => {
  assert.equal(labelledShare(dataset, 1, 1), dataset);
});

test("classes are named by the dataset, else numbered", () => {
  assert.equal(classCount(dataset), 3);
  assert.deepEqual(classNamesOf(dataset), ["0", "1", "2"]);
  assert.deepEqual(classNamesOf({ ...dataset, classNames: ["a", "b", "c", "d"] }), ["a", "b", "c", "d"]);
});

test("data that can't be classified is refused", () => {
  const { labels: _, ...without } = dataset;
  assert.throws(() => labelledShare(without, 1, 1), {
    message: "config: classifier.epochs is above 0; expected 0 for items, which has no labels",
  });
  assert.throws(() => labelledShare({ ...dataset, labels: new Uint8Array(403) }, 1, 1), {
    message: "config: classifier.epochs is above 0; expected 0 for items, whose items are all of one class",
  });
});
