// Sums, means, products, extremes and arg-extremes: values and gradients against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertSameOnBoth, bools, floats, ints, onOnnx, type Program } from "../../../helpers/kernels.ts";
import { shapesWithAxes } from "../../../helpers/shapes.ts";

type Reduce = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

const numeric: Readonly<Record<string, Reduce>> = {
  sum: (x, axis, keep) => tf.sum(x, axis, keep),
  mean: (x, axis, keep) => tf.mean(x, axis, keep),
  max: (x, axis, keep) => tf.max(x, axis, keep),
  min: (x, axis, keep) => tf.min(x, axis, keep),
  prod: (x, axis, keep) => tf.prod(x, axis, keep),
};

const composed: Readonly<Record<string, Reduce>> = {
  logSumExp: (x, axis, keep) => tf.logSumExp(x, axis, keep),
  norm: (x, axis, keep) => tf.norm(x, 2, axis, keep),
  variance: (x, axis, keep) => tf.moments(x, axis, keep).variance,
};

const logical: Readonly<Record<string, Reduce>> = {
  all: (x, axis, keep) => tf.all(x, axis, keep),
  any: (x, axis, keep) => tf.any(x, axis, keep),
};

const each =
  (functions: Readonly<Record<string, Reduce>>, axis?: number | number[], keep?: boolean): Program =>
  (x) =>
    Object.values(functions).map((reduce) => reduce(x as tf.Tensor, axis, keep));

test("floats and their gradients are reduced over any axes, counted from either end, kept or not", async () => {
  const { norm: _norm, prod: _prod, ...anyAxes } = { ...numeric, ...composed };
  await fc.assert(
    fc.asyncProperty(shapesWithAxes(), fc.boolean(), async ({ shape, axes }, keep) => {
      await assertSameOnBoth(each(anyAxes, [...axes], keep), [floats(shape)]);
    }),
    { seed: 1, numRuns: 25 },
  );
});

test("products over several axes, and gradients over one, are those of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(shapesWithAxes(), fc.boolean(), async ({ shape, axes }, keep) => {
      const { prod } = numeric;
      await assertSameOnBoth(each({ prod } as Record<string, Reduce>, [...axes], keep), [floats(shape)], {
        gradient: false,
      });
      // tfjs has the gradient for the last axis alone.
      await assertSameOnBoth(each({ prod } as Record<string, Reduce>, shape.length - 1, keep), [
        floats(shape),
      ]);
    }),
    { seed: 2, numRuns: 12 },
  );
});

test("integers are reduced to integers, means to floats", async () => {
  await fc.assert(
    fc.asyncProperty(shapesWithAxes(), fc.boolean(), async ({ shape, axes }, keep) => {
      await assertSameOnBoth(each(numeric, [...axes], keep), [ints(shape)], { gradient: false });
    }),
    { seed: 3, numRuns: 15 },
  );
});

test("bools are counted by sums, and joined by all, any, max and min", async () => {
  await fc.assert(
    fc.asyncProperty(shapesWithAxes(), fc.boolean(), async ({ shape, axes }, keep) => {
      await assertSameOnBoth(each({ ...numeric, ...logical }, [...axes], keep), [bools(shape)], {
        gradient: false,
      });
    }),
    { seed: 4, numRuns: 15 },
  );
});

test("without axes everything is reduced; 0-d tensors and empty lists of axes are left alone", async () => {
  for (const make of [floats, ints, bools]) {
    for (const keep of [false, true]) {
      await assertSameOnBoth(each(numeric, undefined, keep), [make([2, 3])], { gradient: false });
      await assertSameOnBoth(each(numeric, undefined, keep), [make([])], { gradient: false });
      await assertSameOnBoth(each(numeric, [], keep), [make([2, 3])], { gradient: false });
    }
  }
  const { prod: _prod, ...others } = { ...numeric, ...composed };
  await assertSameOnBoth(each(others), [floats([2, 3])]);
  await assertSameOnBoth(each(others), [floats([])]);
});

test("axes without elements give zero sums, one as product, and no extremes", async () => {
  const { sum, prod, mean } = numeric;
  await assertSameOnBoth(each({ sum, prod, mean } as Record<string, Reduce>, 0), [floats([0, 3])], {
    gradient: false,
  });
  await assertSameOnBoth(each({ ...numeric, ...composed }, 1), [floats([0, 3])], { gradient: false });
  // tfjs-backend-cpu reads beyond the tensor here; TensorFlow has these values.
  const extremes = await onOnnx(async () => {
    const [numbers, truths] = [tf.zeros([0, 1]), tf.zeros([0, 1], "bool")];
    const results = [tf.max(numbers, 0), tf.min(numbers, 0), tf.all(truths, 0), tf.any(truths, 0)];
    return Promise.all(results.map(async (t) => (await t.data())[0]));
  });
  assert.deepEqual(extremes, [-Infinity, Infinity, 1, 0]);
});

test("one NaN makes an extreme NaN; infinities are extremes like others", async () => {
  const values = [1, NaN, 3, -Infinity, 5, 2, Infinity, -1, 0, -0, 7, -2, Infinity, -Infinity, 0, 1];
  for (const axis of [0, 1, [0, 1]]) {
    await assertSameOnBoth(each(numeric, axis), [{ values, shape: [4, 4] }], { gradient: false });
  }
});

test("the first of equal elements is the arg-extreme", async () => {
  await fc.assert(
    fc.asyncProperty(shapesWithAxes(), async ({ shape, axes: [axis = 0] }) => {
      const program: Program = (x) => [tf.argMax(x as tf.Tensor, axis), tf.argMin(x as tf.Tensor, axis)];
      for (const make of [floats, bools, (s: readonly number[]) => ints(s, 1, -1, 2)]) {
        await assertSameOnBoth(program, [make(shape)], { gradient: false });
      }
    }),
    { seed: 5, numRuns: 15 },
  );
});

test("the gradients of gradients are right", async () => {
  const { sum, mean } = numeric;
  const { norm, variance } = composed;
  for (const reduce of [sum, mean, norm, variance] as Reduce[]) {
    const gradient: Program = (x) => tf.grad((y) => reduce(y.square().mul(y), 1).square())(x as tf.Tensor);
    await assertSameOnBoth(gradient, [floats([3, 4], 1, 0.5, 1.5)]);
  }
});
