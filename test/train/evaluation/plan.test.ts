// What can be measured with which items.
import assert from "node:assert/strict";
import test from "node:test";
import { type Dataset, memoryDataset } from "../../../data/index.ts";
import type { Manifest } from "../../../runtime/index.ts";
import { planMeasures } from "../../../train/evaluation/plan.ts";
import { tinyManifest } from "../../helpers/tiny-autoencoder.ts";

/** 40 items of 2×2, their labels taken in turn. */
function items(name: string, ...labels: readonly number[]): Dataset {
  return memoryDataset({
    ...{ name, shape: [2, 2, 1], data: new Uint8Array(160), range: [0, 255] },
    ...(labels.length > 0 && {
      labels: Uint8Array.from({ length: 40 }, (_, i) => labels[i % labels.length] as number),
    }),
  });
}

const manifest = (changes: Partial<Manifest> = {}) =>
  ({ ...tinyManifest, files: [], ...changes }) as Manifest;
const task = { metrics: undefined, normal: undefined, references: false, neighbours: 5 };
const sets = { train: items("training", 0, 1), test: items("test", 0, 1, 2) };

test("with labels on both sides and a code of two numbers all can be had but outliers", () => {
  const plan = planMeasures({ task, manifest: manifest(), sets });
  assert.deepEqual(
    (["reconstruction", "knn", "probe", "trustworthiness", "leave-one-out", "outliers"] as const).map(
      plan.has,
    ),
    [true, true, true, true, true, false],
  );
  assert.deepEqual([plan.pca, plan.notes, plan.outlierLabels], [true, [], undefined]);
});

test("outliers are the labels that are not named as normal, by number or by name", () => {
  const plan = planMeasures({ task: { ...task, normal: ["0", "2"] }, manifest: manifest(), sets });
  assert.deepEqual([...(plan.outlierLabels ?? [])], [1]);
  const named = { ...sets.test, classNames: ["cat", "dog", "eel"] };
  const byName = planMeasures({
    task: { ...task, normal: ["cat"] },
    manifest: manifest(),
    sets: { ...sets, test: named },
  });
  assert.deepEqual([...(byName.outlierLabels ?? [])], [1, 2]);
});

for (const { name, change, message } of [
  {
    name: "labels that the items have not",
    change: { task: { ...task, normal: ["0", "7"] } },
    message: 'normal holds "7"; expected labels of test: 0, 1, 2',
  },
  {
    name: "normal labels that leave none",
    change: { task: { ...task, normal: ["0", "1", "2"] } },
    message: "normal is 0,1,2: all labels of test, which leaves no outliers; expected some of them",
  },
  {
    name: "normal labels of items without any",
    change: { task: { ...task, normal: ["0"] }, sets: { ...sets, test: items("bare") } },
    message: "normal is 0: bare has no labels, so none can be normal",
  },
  {
    name: "a probe on items of one class",
    change: { task: { ...task, metrics: ["probe"] as const }, sets: { ...sets, train: items("cats", 3) } },
    message: "metrics: probe can't be measured: the items of cats are all of one class",
  },
  {
    name: "leaving one out of a code of three numbers",
    change: { task: { ...task, metrics: ["leave-one-out"] as const }, manifest: manifest({ codeSize: 3 }) },
    message: "metrics: leave-one-out can't be measured: the code has 3 numbers; expected 2",
  },
  {
    name: "a classifier that the package has not",
    change: { task: { ...task, metrics: ["classifier"] as const } },
    message: "metrics: classifier can't be measured: tiny has no classifier",
  },
  {
    name: "k-NN without training items",
    change: { task: { ...task, metrics: ["knn"] as const }, sets: { ...sets, train: undefined } },
    message:
      "metrics: knn can't be measured: the package of tiny does not name what it was trained on; name it with train",
  },
]) {
  test(`${name}: refused with what would be right`, () => {
    const request = { ...{ task, manifest: manifest(), sets }, ...change };
    assert.throws(() => planMeasures(request), { name: "EvaluationError", message });
  });
}

test("what can't be had is noted where nobody asked for it by name", () => {
  const large = { ...tinyManifest.input, shape: [64, 64, 1] };
  const plan = planMeasures({
    task,
    manifest: manifest({ input: large }),
    sets: { ...sets, test: items("bare") },
  });
  assert.deepEqual(plan.notes, [
    "knn: bare has no labels",
    "probe: bare has no labels",
    "leave-one-out: bare has no labels",
    "PCA: items have 4096 values; it is computed for up to 2048",
  ]);
  assert.equal(plan.pca, false);
});
