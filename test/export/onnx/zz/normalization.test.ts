// Batch normalization and local response normalization: values and gradients against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertExported, operatorsOf } from "../../../helpers/exported.ts";
import { assertSameOnBoth, floats } from "../../../helpers/kernels.ts";

const side = fc.integer({ min: 1, max: 4 });

test("images, signals and tables are normalized by vectors over the channels, with and without scale and offset", async () => {
  const setting = fc.record({
    shape: fc
      .tuple(fc.constantFrom(1, 2, 7), fc.array(side, { maxLength: 2 }), side)
      .map(([n, space, channels]) => [n, ...space, channels]),
    scale: fc.boolean(),
    offset: fc.boolean(),
    epsilon: fc.constantFrom(undefined, 0.1),
  });
  await fc.assert(
    fc.asyncProperty(setting, async ({ shape, scale, offset, epsilon }) => {
      const channels = shape.at(-1) as number;
      const vector = (seed: number, low: number) => floats([channels], seed, low, 2);
      const optional = [...(scale ? [vector(4, -2)] : []), ...(offset ? [vector(5, -2)] : [])];
      await assertSameOnBoth(
        (x, mean, variance, ...rest) =>
          tf.batchNorm(
            x as tf.Tensor,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            (offset ? rest.at(-1) : undefined) as tf.Tensor1D,
            (scale ? rest[0] : undefined) as tf.Tensor1D,
            epsilon,
          ),
        [floats(shape), vector(2, -2), vector(3, 0.1), ...optional],
        // tfjs-core's gradients for vectors fit images only, and insist on a scale and an offset.
        { gradient: shape.length === 4 && scale && offset },
      );
    }),
    { seed: 19, numRuns: 4000 },
  );
});

test("parameters of the images' full shape are used element by element", async () => {
  for (const batch of [1, 2, 7]) {
    const shape = [batch, 2, 3, 2];
    await assertSameOnBoth(
      (x, m, v, o, s) =>
        tf.batchNorm(x as tf.Tensor, m as tf.Tensor, v as tf.Tensor, o as tf.Tensor, s as tf.Tensor),
      [floats(shape), floats(shape, 2), floats(shape, 3, 0.1, 2), floats(shape, 4), floats(shape, 5)],
    );
  }
});

test("an exported layer of batch normalization is one BatchNormalization node", async () => {
  const model = tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape: [3, 4, 2] })] });
  const file = await assertExported(model, {
    name: "batch norm",
    feeds: (batch) => [floats([batch, 3, 4, 2])],
  });
  assert.deepEqual(operatorsOf(file), ["Transpose", "BatchNormalization", "Transpose"]);
});

test("local response normalization and its gradient agree for any neighbourhood and exponents", async () => {
  const setting = fc.record({
    shape: fc.tuple(fc.constantFrom(1, 2, 7), side, side, fc.integer({ min: 1, max: 8 })),
    radius: fc.integer({ min: 0, max: 5 }),
    bias: fc.constantFrom(1, 0.5),
    alpha: fc.constantFrom(1, 0.2, -0.01),
    beta: fc.constantFrom(0.5, 0.75, -1),
  });
  await fc.assert(
    fc.asyncProperty(setting, ({ shape, radius, bias, alpha, beta }) =>
      assertSameOnBoth(
        (x) => tf.localResponseNormalization(x as tf.Tensor4D, radius, bias, alpha, beta),
        [floats(shape)],
      ),
    ),
    { seed: 29, numRuns: 4000 },
  );
});
