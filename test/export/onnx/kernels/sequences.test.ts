// Tensors made from numbers, against tfjs-backend-cpu.
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertExported } from "../../../helpers/exported.ts";
import { assertSameOnBoth, bools, floats, ints, type TensorData } from "../../../helpers/kernels.ts";

const noGradient = { gradient: false };

test("ranges count up and down in whole steps and parts of them", async () => {
  const cases: [number, number, number?][] = [
    [0, 5],
    [5, 0],
    [3, 3],
    [0, 1, 0.1],
    [0, 0.3, 0.1],
    [2, 9, 3],
    [9, 2, -3],
    [2, 9, -1],
    [9, 2, 2],
    [-1.5, 1.5, 0.25],
    [0, 10, 20],
  ];
  for (const [start, stop, step] of cases) {
    await assertSameOnBoth(() => tf.range(start, stop, step), [], noGradient);
    if (![start, stop, step ?? 1].every(Number.isInteger)) continue;
    await assertSameOnBoth(() => tf.range(start, stop, step, "int32"), [], noGradient);
  }
});

test("equal steps lead from the first number to the last", async () => {
  for (const [start, stop, count] of [
    [0, 1, 5],
    [3, -3, 7],
    [2, 9, 1],
    [0, 0, 3],
    [-1, 1, 50],
  ] as const) {
    await assertSameOnBoth(() => tf.linspace(start, stop, count), [], noGradient);
  }
});

test("indices become one-hot codes of any type; those beyond the depth are off", async () => {
  const setting = fc.record({
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    depth: fc.integer({ min: 2, max: 5 }),
    dtype: fc.constantFrom("int32" as const, "float32" as const, "bool" as const),
    values: fc.constantFrom([1, 0] as const, [5, -2] as const),
  });
  await fc.assert(
    fc.asyncProperty(setting, async ({ shape, depth, dtype, values: [on, off] }) => {
      const [onValue, offValue] = dtype === "bool" ? [1, 0] : [on, off];
      await assertSameOnBoth(
        (x) => tf.oneHot(x as tf.Tensor, depth, onValue, offValue, dtype),
        [ints(shape, 2, -2, depth + 2)],
        noGradient,
      );
    }),
    { seed: 1, numRuns: 30 },
  );
});

test("elements are put on a diagonal", async () => {
  for (const x of [
    floats([4]),
    ints([2, 3]),
    bools([3]),
    floats([]),
    { values: [Number.NaN, 1], shape: [2] },
  ] as TensorData[]) {
    await assertSameOnBoth((t) => tf.diag(t as tf.Tensor), [x], noGradient);
  }
});

test("shapes broadcast as their tensors would", async () => {
  const cases = [
    [
      [2, 1, 3],
      [4, 1],
    ],
    [[1], [7, 5]],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [0, 1],
      [1, 3],
    ],
  ];
  for (const shapes of cases) {
    const [a, b] = shapes.map((values): TensorData => ({ values, shape: [values.length], dtype: "int32" }));
    await assertSameOnBoth(
      (s, t) => tf.broadcastArgs(s as tf.Tensor, t as tf.Tensor),
      [a as TensorData, b as TensorData],
      noGradient,
    );
  }
});

test("tensors are broadcast and cut to bands, values and gradients", async () => {
  await assertSameOnBoth((x) => tf.broadcastTo(x as tf.Tensor, [2, 3, 4]), [floats([3, 1])]);
  for (const [lower, upper] of [
    [0, 0],
    [1, -1],
    [-1, 1],
    [2, 1],
  ] as const) {
    await assertSameOnBoth((x) => tf.linalg.bandPart(x as tf.Tensor, lower, upper), [floats([2, 3, 4])]);
  }
});

test("a range as long as the batch follows the batch", async () => {
  await assertExported(
    (x: tf.Tensor) =>
      tf
        .range(0, x.shape[0] as number, 1)
        .reshape([-1, 1])
        .add(x),
    {
      name: "range over the batch",
      inputs: [{ name: "x", shape: ["batch", 2] }],
      feeds: (batch) => [floats([batch, 2])],
    },
  );
});

test("the batch stays free in one-hot codes and on diagonals", async () => {
  const programs: Record<string, (x: tf.Tensor) => tf.Tensor | tf.Tensor[]> = {
    oneHot: (x) => tf.oneHot(tf.round(x.abs()).toInt(), 3, 1, 0, "float32"),
    diag: (x) => tf.diag(x.sum(1)),
  };
  for (const [name, program] of Object.entries(programs)) {
    await assertExported(program, {
      name,
      inputs: [{ name: "x", shape: ["batch", 2] }],
      feeds: (batch) => [floats([batch, 2])],
    });
  }
});
