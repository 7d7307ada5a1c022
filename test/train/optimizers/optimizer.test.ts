// Optimizers: steps of tfjs's own, AdamW by hand, clipping and weight decay by their definitions.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { resolveConfig, type TrainConfigInput } from "../../../train/config/index.ts";
import { buildOptimizer } from "../../../train/optimizers/index.ts";
import { onCpu } from "../../helpers/kernels.ts";

/** f(w) = Σ c·(w - t)², whose gradient is 2c(w - t). */
const target = [
  [1, -2],
  [0.5, 3],
];
const curvature = [
  [1, 10],
  [0.1, 2],
];
const loss = (w: tf.Variable) =>
  w.sub(tf.tensor2d(target)).square().mul(tf.tensor2d(curvature)).sum() as tf.Scalar;

type OptimizerInput = NonNullable<TrainConfigInput["optimizer"]>;

async function ours(optimizer: OptimizerInput, rates: readonly number[]): Promise<number[]> {
  return onCpu(async () => {
    const w = tf.variable(tf.zeros([2, 2]));
    const built = buildOptimizer(resolveConfig({ optimizer }).optimizer, [w]);
    for (const rate of rates) built.minimize(() => loss(w), tf.scalar(rate)).dispose();
    built.dispose();
    return Array.from(await w.data());
  });
}

async function theirs(optimizer: tf.Optimizer, steps: number): Promise<number[]> {
  return onCpu(async () => {
    const w = tf.variable(tf.zeros([2, 2]));
    for (let i = 0; i < steps; i++) optimizer.minimize(() => loss(w), false, [w]);
    return Array.from(await w.data());
  });
}

function assertClose(actual: readonly number[], expected: readonly number[]): void {
  expected.forEach((value, i) => {
    assert.ok(
      Math.abs((actual[i] as number) - value) <= 1e-4 * (1 + Math.abs(value)),
      `w[${i}]: ${actual[i]} instead of ${value}`,
    );
  });
}

const rate = 0.02;
const pairs: [OptimizerInput, () => tf.Optimizer][] = [
  [{ kind: "sgd" }, () => tf.train.sgd(rate)],
  [{ kind: "momentum", momentum: 0.8 }, () => tf.train.momentum(rate, 0.8)],
  [{ kind: "momentum", momentum: 0.8, nesterov: true }, () => tf.train.momentum(rate, 0.8, true)],
  [{ kind: "adagrad" }, () => tf.train.adagrad(rate)],
  [{ kind: "adam" }, () => tf.train.adam(rate)],
  [{ kind: "adamax" }, () => tf.train.adamax(rate)],
  [{ kind: "rmsprop" }, () => tf.train.rmsprop(rate, 0.9, 0, 1e-7)],
];

for (const [config, make] of pairs) {
  test(`${JSON.stringify(config)} takes the steps of tfjs's own`, async () => {
    assertClose(await ours(config, new Array<number>(25).fill(rate)), await theirs(make(), 25));
  });
}

test("adamw follows Loshchilov & Hutter's algorithm 2, with a rate that falls", async () => {
  const rates = Array.from({ length: 30 }, (_, t) => 0.1 / (t + 1));
  const decay = 0.05;
  const [w, m, v] = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ] as [number[], number[], number[]];
  rates.forEach((rate, t) => {
    w.forEach((weight, i) => {
      const g = 2 * (curvature.flat()[i] as number) * (weight - (target.flat()[i] as number));
      m[i] = 0.9 * (m[i] as number) + 0.1 * g;
      v[i] = 0.999 * (v[i] as number) + 0.001 * g * g;
      const hat =
        (m[i] as number) /
        (1 - 0.9 ** (t + 1)) /
        (Math.sqrt((v[i] as number) / (1 - 0.999 ** (t + 1))) + 1e-7);
      w[i] = weight - rate * hat - rate * decay * weight;
    });
  });
  assertClose(await ours({ kind: "adamw", weightDecay: decay }, rates), w);
});

test("adadelta follows Zeiler's algorithm 1", async () => {
  const rates = new Array<number>(30).fill(2);
  const [w, s, u] = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ] as [number[], number[], number[]];
  for (const rate of rates) {
    w.forEach((weight, i) => {
      const g = 2 * (curvature.flat()[i] as number) * (weight - (target.flat()[i] as number));
      s[i] = 0.95 * (s[i] as number) + 0.05 * g * g;
      const step = (Math.sqrt((u[i] as number) + 1e-7) / Math.sqrt((s[i] as number) + 1e-7)) * g;
      u[i] = 0.95 * (u[i] as number) + 0.05 * step * step;
      w[i] = weight - rate * step;
    });
  }
  assertClose(await ours({ kind: "adadelta" }, rates), w);
});

test("weight decay of other optimizers is added to the gradient, and biases have none", async () => {
  const actual = await onCpu(async () => {
    const [kernel, bias] = [tf.variable(tf.ones([1, 2])), tf.variable(tf.ones([2]))];
    const config = resolveConfig({ optimizer: { kind: "sgd", weightDecay: 0.5 } }).optimizer;
    const optimizer = buildOptimizer(config, [kernel, bias]);
    optimizer.minimize(() => kernel.sum().add(bias.sum()) as tf.Scalar, tf.scalar(0.1)).dispose();
    return [...(await kernel.data()), ...(await bias.data())];
  });
  // w - 0.1·(1 + 0.5·w) for the kernel, w - 0.1 for the bias.
  assertClose(actual, [0.85, 0.85, 0.9, 0.9]);
});

test("clipNorm scales all gradients together, clipValue each element", async () => {
  const step = (options: OptimizerInput) =>
    onCpu(async () => {
      const [a, b] = [tf.variable(tf.zeros([1])), tf.variable(tf.zeros([1]))];
      const optimizer = buildOptimizer(resolveConfig({ optimizer: { kind: "sgd", ...options } }).optimizer, [
        a,
        b,
      ]);
      optimizer.minimize(() => a.mul(30).add(b.mul(-40)).sum() as tf.Scalar, tf.scalar(1)).dispose();
      return [...(await a.data()), ...(await b.data())];
    });
  assertClose(await step({ clipNorm: 5 }), [-3, 4]);
  assertClose(await step({ clipNorm: 500 }), [-30, 40]);
  assertClose(await step({ clipValue: 35 }), [-30, 35]);
});
