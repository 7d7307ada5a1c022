// Arithmetic of two tensors: values and gradients against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertSameOnBoth, bools, floats, ints, onOnnx, type TensorData } from "../../../helpers/kernels.ts";
import { broadcastShapes } from "../../../helpers/shapes.ts";

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Functions of two tensors that are smooth where both are positive. */
const smooth: Readonly<Record<string, Binary>> = {
  add: (a, b) => tf.add(a, b),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, b),
  div: (a, b) => tf.div(a, b),
  divNoNan: (a, b) => tf.divNoNan(a, b),
  maximum: (a, b) => tf.maximum(a, b),
  minimum: (a, b) => tf.minimum(a, b),
  squaredDifference: (a, b) => tf.squaredDifference(a, b),
  pow: (a, b) => tf.pow(a, b),
  atan2: (a, b) => tf.atan2(a, b),
};

const stepwise: Readonly<Record<string, Binary>> = {
  mod: (a, b) => tf.mod(a, b),
  floorDiv: (a, b) => tf.floorDiv(a, b),
};

const every = { ...smooth, ...stepwise };
const all = (functions: Readonly<Record<string, Binary>>) => (a: tf.Tensor, b: tf.Tensor) =>
  Object.values(functions).map((compute) => compute(a, b));

test("functions of two float tensors and their gradients broadcast in all directions", async () => {
  await fc.assert(
    fc.asyncProperty(broadcastShapes(2), async ([a = [], b = []]) => {
      await assertSameOnBoth(all(every), [floats(a, 1, 0.2, 3), floats(b, 2, 0.3, 2)]);
    }),
    { seed: 1, numRuns: 25 },
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
  for (const [a, b] of [
    [[0, 3], [3]],
    [[0, 3], []],
    [
      [2, 0],
      [1, 1],
    ],
    [
      [1, 0, 2],
      [3, 1, 1],
    ],
  ] as const) {
    await assertSameOnBoth(all(every), [floats(a), floats(b, 2, 1, 2)]);
    await assertSameOnBoth(all(every), [ints(a), ints(b)], { gradient: false });
  }
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

const { pow: _pow, ...withoutPow } = smooth;
const oddNumbers = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2.5, -2.5, 1e-3];

test("signed zeros, infinities and NaN, against each other, give what tfjs gives", async () => {
  await assertSameOnBoth(all(withoutPow), pairs(oddNumbers, "float32"), { gradient: false });
  // JavaScript alone has pow(±1, NaN or ±infinity) = NaN; C, TensorFlow and ONNX say 1.
  await assertSameOnBoth(
    (a, b) => tf.pow(a as tf.Tensor, b as tf.Tensor),
    pairs(
      oddNumbers.filter((n) => Math.abs(n) !== 1),
      "float32",
    ),
    {
      gradient: false,
    },
  );
});

test("the remainder has the sign of the divisor", async () => {
  // Infinite divisors apart: 0 % -Infinity is NaN in tfjs-backend-cpu alone.
  const numbers = [NaN, 0, -0, 1, -1, 7.5, -7.5, 2.5, -2.5, 1e-3, 3e7];
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
    ["bool", [1, 1, 1, 0]],
    ["bool", [1, 0, 0, 0]],
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
  const parts = (compute: Binary) => (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor, d: tf.Tensor) => {
    const result = compute(tf.complex(a, b), tf.complex(c, d));
    return [tf.real(result), tf.imag(result)];
  };
  for (const compute of [smooth.add, smooth.sub, smooth.mul] as Binary[]) {
    for (const [x, y] of [
      [[2, 3], [3]],
      [
        [2, 1],
        [1, 3],
      ],
      [[2], [2]],
    ] as const) {
      const data = [floats(x, 1), floats(x, 2), floats(y, 3), floats(y, 4)];
      await assertSameOnBoth(parts(compute) as (...inputs: tf.Tensor[]) => tf.Tensor[], data, {
        gradient: false,
      });
    }
  }
});

for (const [name, compute] of Object.entries(smooth)) {
  test(`the gradient of the gradient of ${name} is right`, async () => {
    const gradients = (a: tf.Tensor, b: tf.Tensor) => tf.grads(compute)([a, b]);
    await assertSameOnBoth(gradients, [floats([2, 3], 1, 0.5, 2), floats([3], 2, 0.6, 2)]);
    await assertSameOnBoth(gradients, [floats([], 1, 0.5, 2), floats([2, 2], 2, 0.6, 2)]);
  });
}
