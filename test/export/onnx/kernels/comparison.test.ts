// Comparison, logic and choice: values and gradients against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import {
  assertSameOnBoth,
  bools,
  floats,
  ints,
  onOnnx,
  type Program,
  type TensorData,
} from "../../../helpers/kernels.ts";
import { broadcastShapes } from "../../../helpers/shapes.ts";

const comparisons: Program = (a, b) =>
  [tf.equal, tf.notEqual, tf.greater, tf.greaterEqual, tf.less, tf.lessEqual].map((compare) =>
    compare(a as tf.Tensor, b as tf.Tensor),
  );

const logic: Program = (a, b) => [
  ...[tf.logicalAnd, tf.logicalOr, tf.logicalXor].map((join) => join(a as tf.Tensor, b as tf.Tensor)),
  tf.logicalNot(a as tf.Tensor),
];

const choice: Program = (condition, a, b) => tf.where(condition as tf.Tensor, a as tf.Tensor, b as tf.Tensor);

/** Floats with few different values, so that many are equal. */
function halves(shape: readonly number[], seed: number): TensorData {
  return { values: ints(shape, seed, -2, 3).values.map((n) => n / 2), shape };
}

test("comparisons of floats, integers and bools broadcast in all directions", async () => {
  await fc.assert(
    fc.asyncProperty(broadcastShapes(2, 0), async ([a = [], b = []]) => {
      for (const make of [
        halves,
        (shape: readonly number[], seed: number) => ints(shape, seed, -1, 2),
        bools,
      ]) {
        await assertSameOnBoth(comparisons, [make(a, 1), make(b, 2)], { gradient: false });
      }
    }),
    { seed: 1, numRuns: 12 },
  );
});

test("logic broadcasts in all directions", async () => {
  await fc.assert(
    fc.asyncProperty(broadcastShapes(2, 0), async ([a = [], b = []]) => {
      await assertSameOnBoth(logic, [bools(a, 1), bools(b, 2)], { gradient: false });
    }),
    { seed: 2, numRuns: 20 },
  );
});

test("NaN equals nothing, zeros of both signs are equal", async () => {
  const numbers = [NaN, Infinity, -Infinity, 0, -0, 1];
  const shape = [numbers.length ** 2];
  const a = { values: numbers.flatMap((x) => numbers.map(() => x)), shape };
  const b = { values: numbers.flatMap(() => numbers), shape };
  await assertSameOnBoth(comparisons, [a, b], { gradient: false });
});

test("operands of different types are compared as numbers", async () => {
  const data = [halves([5], 1), ints([5], 2, -1, 2), bools([5], 3)];
  for (const a of data)
    for (const b of data) await assertSameOnBoth(comparisons, [a, b], { gradient: false });
});

test("a choice and its gradients broadcast all three operands", async () => {
  await fc.assert(
    fc.asyncProperty(broadcastShapes(3), async ([c = [], a = [], b = []]) => {
      await assertSameOnBoth(choice, [bools(c), floats(a, 1), floats(b, 2)]);
    }),
    { seed: 3, numRuns: 25 },
  );
});

test("a choice keeps integers and bools and widens mixed operands", async () => {
  const data = [floats([2, 3], 1), ints([2, 3], 2), bools([2, 3], 3)];
  for (const a of data) {
    for (const b of data) {
      await assertSameOnBoth(choice, [bools([2, 3], 4), a, b], { gradient: false });
    }
  }
  await assertSameOnBoth(choice, [bools([0, 2]), floats([0, 2], 1), floats([0, 2], 2)]);
});

test("a choice takes NaN and infinity only from the chosen side", async () => {
  const condition: TensorData = { values: [1, 1, 0, 0], shape: [4], dtype: "bool" };
  const a = { values: [1, NaN, Infinity, NaN], shape: [4] };
  const b = { values: [NaN, Infinity, 3, -Infinity], shape: [4] };
  await assertSameOnBoth(choice, [condition, a, b], { gradient: false });
});

test("a vector condition of the Select kernel chooses whole rows", async () => {
  const chosen = await onOnnx(() => {
    const inputs = {
      condition: tf.tensor1d([1, 0], "bool"),
      t: tf.tensor2d([1, 2, 3, 4], [2, 2]),
      e: tf.tensor2d([5, 6, 7, 8], [2, 2]),
    };
    return (tf.engine().runKernel("Select", inputs) as tf.Tensor).array();
  });
  assert.deepEqual(chosen, [
    [1, 2],
    [7, 8],
  ]);
});
