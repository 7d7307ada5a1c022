// Activation functions and softmax: values and gradients against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertSameOnBoth, bools, floats, ints, onOnnx, type Program } from "../../../helpers/kernels.ts";
import { broadcastShapes, shapes } from "../../../helpers/shapes.ts";

type Unary = (x: tf.Tensor) => tf.Tensor;

const functions: Readonly<Record<string, Unary>> = {
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(x),
  elu: (x) => tf.elu(x),
  selu: (x) => tf.selu(x),
  sigmoid: (x) => tf.sigmoid(x),
  softplus: (x) => tf.softplus(x),
  leakyRelu: (x) => tf.leakyRelu(x),
  steepLeakyRelu: (x) => tf.leakyRelu(x, 1.7),
  step: (x) => tf.step(x),
  sign: (x) => tf.step(x, -1),
  clip: (x) => tf.clipByValue(x, -1, 2),
  clipBelow: (x) => tf.clipByValue(x, -0.5, Infinity),
  clipAbove: (x) => tf.clipByValue(x, -Infinity, 0.5),
  clipToOne: (x) => tf.clipByValue(x, 1, 1),
};

const all: Program = (x) => Object.values(functions).map((compute) => compute(x as tf.Tensor));

test("activations and their gradients have the shape of their argument, empty and 0-d ones included", async () => {
  await fc.assert(
    fc.asyncProperty(shapes(0, 4, 0), fc.constantFrom(1, 8), async (shape, width) => {
      await assertSameOnBoth(all, [floats(shape, 1, -width, width)]);
    }),
    { seed: 1, numRuns: 12 },
  );
});

test("activations of zero, large numbers, infinities and NaN give what tfjs gives", async () => {
  const values = [NaN, Infinity, -Infinity, 0, -0, 6, -6, 30, -30, 100, -100, 1e20, -1e20];
  const { step: _step, sign: _sign, ...others } = functions;
  const program: Program = (x) => Object.values(others).map((compute) => compute(x as tf.Tensor));
  await assertSameOnBoth(program, [{ values, shape: [values.length] }], { gradient: false });
  const numbers = values.filter((value) => !Number.isNaN(value));
  await assertSameOnBoth(all, [{ values: numbers, shape: [numbers.length] }]);
});

test("activations of integers keep integers where tfjs does", async () => {
  const { elu: _elu, sigmoid: _sigmoid, ...others } = functions;
  const program: Program = (x) => Object.values(others).map((compute) => compute(x as tf.Tensor));
  await assertSameOnBoth(program, [ints([4, 5])], { gradient: false });
});

test("bounds between integers and infinite ones clip integers and bools", async () => {
  const clips: Program = (x) => [
    tf.clipByValue(x as tf.Tensor, -1.5, 2.5),
    tf.clipByValue(x as tf.Tensor, 0, Infinity),
    tf.clipByValue(x as tf.Tensor, -Infinity, 1),
    tf.clipByValue(x as tf.Tensor, -Infinity, Infinity),
  ];
  await assertSameOnBoth(clips, [ints([4, 5])], { gradient: false });
  await assertSameOnBoth(clips, [bools([6])], { gradient: false });
});

test("prelu and its gradients broadcast the slopes", async () => {
  await fc.assert(
    fc.asyncProperty(broadcastShapes(1), async ([slopes = []]) => {
      const shape = [2, ...slopes].map((size) => Math.max(size, 1));
      const prelu = (x: tf.Tensor, alpha: tf.Tensor) => tf.prelu(x, alpha);
      await assertSameOnBoth(prelu as Program, [floats(shape, 1), floats(slopes, 2)]);
    }),
    { seed: 2, numRuns: 15 },
  );
});

test("softmax and its logarithm are taken along the last axis, with gradients", async () => {
  const program: Program = (x) => [tf.softmax(x as tf.Tensor), tf.logSoftmax(x as tf.Tensor)];
  await fc.assert(
    fc.asyncProperty(shapes(1, 4), async (shape) => {
      await assertSameOnBoth(program, [floats(shape, 1, -4, 4)]);
    }),
    { seed: 3, numRuns: 15 },
  );
  await assertSameOnBoth(program, [floats([3, 5], 1, -400, 400)]);
  await assertSameOnBoth((x) => tf.softmax(x as tf.Tensor), [floats([0, 3])]);
  const values = [1, NaN, 2, -Infinity, 0, 1, -Infinity, -Infinity, 3];
  await assertSameOnBoth(program, [{ values, shape: [3, 3] }], { gradient: false });
});

test("the gradients of gradients are right", async () => {
  const twice: Readonly<Record<string, Unary>> = {
    relu: (x) => tf.relu(x),
    sigmoid: (x) => tf.sigmoid(x),
    softplus: (x) => tf.softplus(x),
    softmax: (x) => tf.softmax(x),
    logSoftmax: (x) => tf.logSoftmax(x),
  };
  for (const compute of Object.values(twice)) {
    const gradient = (x: tf.Tensor) => tf.grad((y) => compute(y).square().mul(y))(x);
    await assertSameOnBoth(gradient as Program, [floats([3, 4], 1)]);
  }
});

test("a NaN is no positive number: its step is that of the negative side", async () => {
  const steps = await onOnnx(() => tf.step(tf.tensor1d([NaN, 1, -1]), 0.25).array());
  assert.deepEqual(steps, [0.25, 1, 0.25]);
});
