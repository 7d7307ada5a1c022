// Arithmetic of two tensors: values and gradients against tfjs-backend-cpu.
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

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const smooth: Readonly<Record<string, Binary>> = {
  add: (a, b) => tf.add(a, b),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, b),
  div: (a, b) => tf.div(a, b),
  atan2: (a, b) => tf.atan2(a, b),
};

const stepwise: Readonly<Record<string, Binary>> = {
  mod: (a, b) => tf.mod(a, b),
  floorDiv: (a, b) => tf.floorDiv(a, b),
};

/** tfjs can't reduce the gradients of these to a broadcast operand's shape. */
const unreduced: Readonly<Record<string, Binary>> = {
  maximum: (a, b) => tf.maximum(a, b),
  minimum: (a, b) => tf.minimum(a, b),
  squaredDifference: (a, b) => tf.squaredDifference(a, b),
};

const pow: Binary = (a, b) => tf.pow(a, b);
const divNoNan: Binary = (a, b) => tf.divNoNan(a, b);
const reduced = { ...smooth, ...stepwise, pow };
/** Without gradients: tfjs has none for divNoNan. */
const every = { ...reduced, ...unreduced, divNoNan };
const all =
  (functions: Readonly<Record<string, Binary>>): Program =>
  (a, b) =>
    Object.values(functions).map((compute) => compute(a as tf.Tensor, b as tf.Tensor));

test("functions of two float tensors and their gradients broadcast in all directions", async () => {
  await fc.assert(
    fc.asyncProperty(broadcastShapes(2), async ([a = [], b = []]) => {
      const data = [floats(a, 1, 0.2, 3), floats(b, 2, 0.3, 2)];
      await assertSameOnBoth(all(reduced), data);
      await assertSameOnBoth(all({ ...unreduced, divNoNan }), data, { gradient: false });
      await assertSameOnBoth(all(unreduced), [floats(a, 1), floats(a, 2)]);
    }),
    { seed: 1, numRuns: 20 },
  );
});

test("functions of two int32 tensors broadcast in all directions and stay int32", async () => {
  await fc.assert(
    fc.asyncProperty(broadcastShapes(2), async ([a = [], b = []]) => {
      await assertSameOnBoth(all(every), [ints(a, 1), ints(b, 2)], { gradient: false });
    }),
    { seed: 2, numRuns: 20 },
  );
});

test("empty tensors give empty results and gradients", async () => {
  const operands = [[3], [], [0, 3]];
  for (const shape of operands) {
    await assertSameOnBoth(all(reduced), [floats([0, 3]), floats(shape, 2, 1, 2)]);
    await assertSameOnBoth(all(every), [ints([0, 3]), ints(shape)], { gradient: false });
    await assertSameOnBoth(all(every), [floats(shape, 1, 1, 2), floats([0, 3])], { gradient: false });
  }
  await assertSameOnBoth(all(unreduced), [floats([2, 0]), floats([2, 0], 2)]);
});

/** All pairs of some numbers. */
function pairs(numbers: readonly number[], dtype: "float32" | "int32"): [TensorData, TensorData] {
  const shape = [numbers.length ** 2];
  const a = numbers.flatMap((x) => numbers.map(() => x));
  const b = numbers.flatMap(() => numbers);
  return [
    { values: a, shape, dtype },
    { values: b, shape, dtype },
  ];
}

const oddNumbers = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2.5, -2.5, 1e-3];

test("signed zeros, infinities and NaN, against each other, give what tfjs gives", async () => {
  await assertSameOnBoth(all({ ...smooth, ...unreduced, divNoNan }), pairs(oddNumbers, "float32"), {
    gradient: false,
  });
  // JavaScript alone has pow(±1, NaN or ±infinity) = NaN; C, TensorFlow and ONNX say 1.
  const notOnes = oddNumbers.filter((n) => Math.abs(n) !== 1);
  await assertSameOnBoth(all({ pow }), pairs(notOnes, "float32"), { gradient: false });
});

test("the remainder has the sign of the divisor", async () => {
  // Infinite divisors apart: 0 % -Infinity is NaN in tfjs-backend-cpu alone.
  const numbers = [NaN, 0, -0, 1, -1, 7.5, -7.5, 2.5, -2.5, 1e-3];
  await assertSameOnBoth(all(stepwise), pairs(numbers, "float32"), { gradient: false });
  await assertSameOnBoth(
    (a, b) => tf.mod(a as tf.Tensor, b as tf.Tensor),
    [{ values: [Infinity, -Infinity, 3, -3, -0.5], shape: [5] }, floats([5], 1, 1, 2)],
    { gradient: false },
  );
});

test("int32 division, remainder and power work for all signs and for zero divisors", async () => {
  const whole = pairs([0, 1, -1, 7, -7, 3, -3, 12, 2147483647, -2147483647], "int32");
  await assertSameOnBoth(all(stepwise), whole, { gradient: false });
  await assertSameOnBoth(
    (a, b) => [tf.div(a as tf.Tensor, b as tf.Tensor), tf.pow(a as tf.Tensor, b as tf.Tensor)],
    pairs([0, 1, -1, 2, -2, 3, 5, 9, -9], "int32"),
    { gradient: false },
  );
});

test("a quotient just below an integer is rounded down, not up", async () => {
  await assertSameOnBoth(
    (a, b) => tf.floorDiv(a as tf.Tensor, b as tf.Tensor),
    [
      { values: [1, 3, 0.3, 1e6, -1], shape: [5] },
      { values: [0.1, 0.1, 0.1, 0.1, 0.1], shape: [5] },
    ],
    { gradient: false },
  );
});

test("operands of different types are brought to the wider one", async () => {
  for (const b of [ints([3, 2], 2, 1, 6), bools([3, 2])]) {
    for (const a of [floats([2]), ints([2])]) {
      await assertSameOnBoth(all(every), [a, b], { gradient: false });
      await assertSameOnBoth(all(every), [b, a], { gradient: false });
    }
  }
});

test("arithmetic of bools gives bools", async () => {
  const results = await onOnnx(async () => {
    const a = tf.tensor1d([1, 1, 0, 0], "bool");
    const b = tf.tensor1d([1, 0, 1, 0], "bool");
    const tensors = [tf.add(a, b), tf.sub(a, b), tf.mul(a, b), tf.maximum(a, b), tf.minimum(a, b)];
    return Promise.all(tensors.map(async (t) => [t.dtype, Array.from(await t.data())]));
  });
  assert.deepEqual(results, [
    ["bool", [1, 1, 1, 0]],
    ["bool", [0, 1, 1, 0]],
    ["bool", [1, 0, 0, 0]],
    // tfjs brings these to int32 first.
    ["int32", [1, 1, 1, 0]],
    ["int32", [1, 0, 0, 0]],
  ]);
});

test("a sum of many tensors adds them all, floats with gradients and integers", async () => {
  const sum = (...tensors: tf.Tensor[]) => [
    tf.addN(tensors),
    tf.addN(tensors.slice(0, 1)),
    tf.addN([...tensors, ...tensors]),
  ];
  for (const shape of [[], [2, 3], [0, 2]]) {
    await assertSameOnBoth(sum, [floats(shape, 1), floats(shape, 2), floats(shape, 3)]);
    await assertSameOnBoth(sum, [ints(shape, 1), ints(shape, 2)], { gradient: false });
  }
});

test("complex sums, differences and products broadcast", async () => {
  // tfjs-backend-cpu reads beyond its operands here, so the parts are computed as real numbers.
  const errors = await onOnnx(() => {
    const error = (x: readonly number[], y: readonly number[]) => {
      const [a, b] = [tf.randomNormal([...x]), tf.randomNormal([...x])];
      const [c, d] = [tf.randomNormal([...y]), tf.randomNormal([...y])];
      const [left, right] = [tf.complex(a, b), tf.complex(c, d)];
      const expected = [
        [tf.add(left, right), a.add(c), b.add(d)],
        [tf.sub(left, right), a.sub(c), b.sub(d)],
        [tf.mul(left, right), a.mul(c).sub(b.mul(d)), a.mul(d).add(b.mul(c))],
      ] as const;
      const parts = expected.flatMap(([z, re, im]) => [
        tf.real(z).sub(re).abs().max(),
        tf.imag(z).sub(im).abs().max(),
      ]);
      return tf.stack(parts).array() as Promise<number[]>;
    };
    return Promise.all([error([2, 3], [3]), error([2, 1], [1, 3]), error([2], [2]), error([], [2, 2])]);
  });
  assert.ok(errors.flat().every((error) => error < 1e-6));
});

test("the gradients of gradients are right, broadcast ones, too", async () => {
  for (const compute of Object.values(smooth)) {
    const gradients = (a: tf.Tensor, b: tf.Tensor) => tf.grads((x, y) => compute(x, y).square())([a, b]);
    await assertSameOnBoth(gradients as Program, [floats([2, 3], 1, 0.5, 2), floats([3], 2, 0.6, 2)]);
    await assertSameOnBoth(gradients as Program, [floats([], 1, 0.5, 2), floats([2, 2], 2, 0.6, 2)]);
  }
  // tfjs has no second gradient for an exponent.
  const cubes = (x: tf.Tensor) => tf.grad((y) => tf.pow(y, tf.scalar(3)))(x);
  await assertSameOnBoth(cubes as Program, [floats([2, 3], 1, 0.5, 2)]);
  const cubedDifference = (a: tf.Tensor, b: tf.Tensor) =>
    tf.grads((x, y) => tf.squaredDifference(x, y).mul(x))([a, b]);
  await assertSameOnBoth(cubedDifference as Program, [floats([2, 3], 1), floats([2, 3], 2)]);
});
