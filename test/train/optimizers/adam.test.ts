// Adam against the paper's algorithm 1, computed by hand, and against tfjs's own.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { Adam } from "../../../train/optimizers/adam.ts";
import { onCpu } from "../../helpers/kernels.ts";

/** f(w) = Σ c·(w - t)², whose gradient is 2c(w - t). */
const [target, curvature] = [
  [1, -2, 0.5],
  [1, 10, 0.1],
];

async function descend(
  minimize: (loss: () => tf.Scalar, w: tf.Variable) => void,
  steps: number,
): Promise<number[]> {
  return onCpu(async () => {
    const w = tf.variable(tf.tensor1d([0, 0, 0]));
    const loss = () =>
      w
        .sub(tf.tensor1d(target as number[]))
        .square()
        .mul(tf.tensor1d(curvature as number[]))
        .sum() as tf.Scalar;
    for (let i = 0; i < steps; i++) minimize(loss, w);
    return Array.from(await w.data());
  });
}

test("weights after 50 steps with a falling learning rate are those of algorithm 1", async () => {
  const rate = (t: number) => 0.1 / t;
  const w = [0, 0, 0];
  const m = [0, 0, 0];
  const v = [0, 0, 0];
  for (let t = 1; t <= 50; t++) {
    w.forEach((weight, i) => {
      const g = 2 * (curvature?.[i] as number) * (weight - (target?.[i] as number));
      m[i] = 0.9 * (m[i] as number) + 0.1 * g;
      v[i] = 0.999 * (v[i] as number) + 0.001 * g * g;
      const [mHat, vHat] = [(m[i] as number) / (1 - 0.9 ** t), (v[i] as number) / (1 - 0.999 ** t)];
      w[i] = weight - (rate(t) * mHat) / (Math.sqrt(vHat) + 1e-7);
    });
  }
  const adam = new Adam();
  let t = 0;
  const actual = await descend((loss, variable) => {
    adam.minimize(loss, tf.scalar(rate(++t)), [variable]).dispose();
  }, 50);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - (w[i] as number)) < 1e-4, `w[${i}]: ${value} instead of ${w[i]}`);
  });
});

test("at a constant rate it takes the steps of tf.train.adam", async () => {
  const [ours, theirs] = [new Adam(), tf.train.adam(0.05)];
  const rate = tf.scalar(0.05);
  const actual = await descend((loss, variable) => ours.minimize(loss, rate, [variable]).dispose(), 30);
  const expected = await descend((loss) => theirs.minimize(loss), 30);
  actual.forEach((value, i) => {
    assert.ok(
      Math.abs(value - (expected[i] as number)) < 1e-4,
      `w[${i}]: ${value} instead of ${expected[i]}`,
    );
  });
});
