// The k largest units of a code stay, the others become 0.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { TopK } from "../../../train/layers/top-k.ts";
import { floats, onOnnx } from "../../helpers/kernels.ts";

const codes = floats([4, 10], 1);
const kept = (values: ArrayLike<number>, item: number) =>
  Array.from(values)
    .slice(item * 10, item * 10 + 10)
    .filter((value) => value !== 0).length;
const layer = () => new TopK({ k: 3, testK: 5, name: "top" });
const given = () => tf.tensor2d([...codes.values], [4, 10]);

for (const [training, k] of [
  [true, 3],
  [false, 5],
] as const) {
  test(`${training ? "in training" : "outside of training"} ${k} units stay, with their gradient alone`, async () => {
    const { kept, gradient } = await onOnnx(async () => {
      const call = (x: tf.Tensor) => layer().apply(x, { training }) as tf.Tensor;
      const kept = await call(given()).data();
      const gradient = await tf
        .grad((x) => call(x).sum())(given())
        .data();
      return { kept, gradient };
    });
    for (let item = 0; item < 4; item++) {
      const row = codes.values.slice(item * 10, item * 10 + 10);
      const least = row.toSorted((a, b) => b - a)[k - 1] as number;
      const expected = row.map((value) => (value >= least ? value : 0));
      // -0 + 0 is 0.
      assert.deepEqual(
        Array.from(kept.slice(item * 10, item * 10 + 10), (x) => x + 0),
        expected,
      );
      const slopes = row.map((value) => (value >= least ? 1 : 0));
      assert.deepEqual(Array.from(gradient.slice(item * 10, item * 10 + 10)), slopes);
    }
  });
}

test("in its warm-up a training step keeps from firstK units down to k, in a straight line", async () => {
  const falling = new TopK({ k: 2, firstK: 8, testK: 2, name: "falling" });
  for (const [warmth, units] of [
    [0, 8],
    [0.5, 5],
    [0.9, 3],
    [1, 2],
  ] as const) {
    const values = await onOnnx(() =>
      (falling.apply(given(), { training: true, warmth: tf.scalar(warmth) }) as tf.Tensor).data(),
    );
    for (let item = 0; item < 4; item++) assert.equal(kept(values, item), units, `warmth ${warmth}`);
  }
});

test("a code with fewer units than firstK begins with all of them", async () => {
  const small = new TopK({ k: 3, firstK: 12, testK: 3, name: "small" });
  const values = await onOnnx(() =>
    (small.apply(given(), { training: true, warmth: tf.scalar(0) }) as tf.Tensor).data(),
  );
  for (let item = 0; item < 4; item++) assert.equal(kept(values, item), 10);
});
