// Searching and sorting against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertExported } from "../../../helpers/exported.ts";
import { assertSameOnBoth, bools, floats, ints, onOnnx, type TensorData } from "../../../helpers/kernels.ts";

const noGradient = { gradient: false };
const dims = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 });

test("the largest elements come first, equal ones in the order of their indices", async () => {
  await fc.assert(
    fc.asyncProperty(dims, fc.nat(6), fc.constantFrom(floats, ints, bools), async (shape, wanted, make) => {
      const k = Math.min(wanted, shape.at(-1) as number);
      // Whole numbers from few make ties.
      const x: TensorData = make === ints ? ints(shape, 1, 0, 3) : make(shape);
      await assertSameOnBoth((t) => Object.values(tf.topk(t as tf.Tensor, k)), [x], noGradient);
    }),
    { seed: 19, numRuns: 4000 },
  );
});

test("unsorted top elements are the same elements", async () => {
  const values = await onOnnx(() => tf.topk(tf.tensor1d([3, 1, 4, 1, 5, 9, 2, 6]), 3, false).values.data());
  assert.deepEqual(new Set(values), new Set([5, 9, 6]));
});

for (const side of ["left", "right"] as const) {
  test(`values find their place in sorted rows, to the ${side} of equal ones`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 2, 7),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(floats, ints),
        async (rows, length, count, make) => {
          const raw = make([rows, length], 3);
          const sorted = Array.from({ length: rows }, (_, r) =>
            raw.values.slice(r * length, (r + 1) * length).toSorted((a, b) => a - b),
          ).flat();
          await assertSameOnBoth(
            (s, v) => tf.searchSorted(s as tf.Tensor, v as tf.Tensor, side),
            [{ ...raw, values: sorted }, make([rows, count], 4)],
            noGradient,
          );
        },
      ),
      { seed: 29, numRuns: 2500 },
    );
  });
}

test("lower and upper bounds are the two sides", async () => {
  const sorted: TensorData = { values: [0, 3, 3, 9, 10], shape: [1, 5] };
  const values: TensorData = { values: [3, 0, 11, -1], shape: [1, 4] };
  for (const bound of [tf.lowerBound, tf.upperBound]) {
    await assertSameOnBoth((s, v) => bound(s as tf.Tensor, v as tf.Tensor), [sorted, values], noGradient);
  }
});

test("the batch stays free where rows are searched and sorted", async () => {
  const programs: Record<string, (x: tf.Tensor) => tf.Tensor | tf.Tensor[]> = {
    topk: (x) => Object.values(tf.topk(x, 2)),
    searchSorted: (x) => tf.searchSorted(x.mul(0).add([1, 2, 3, 4, 5]), x.mul(3)),
  };
  for (const [name, program] of Object.entries(programs)) {
    await assertExported(program, {
      name,
      inputs: [{ name: "x", shape: ["batch", 5] }],
      feeds: (batch) => [floats([batch, 5])],
    });
  }
});
