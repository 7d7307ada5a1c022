// Gathering by index: values and gradients against tfjs-backend-cpu.
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertExported } from "../../../helpers/exported.ts";
import { assertSameOnBoth, bools, floats, ints, type TensorData } from "../../../helpers/kernels.ts";

const dims = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

test("slices are gathered along any axis by indices of any shape", async () => {
  const setting = dims.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      axis: fc.integer({ min: 0, max: shape.length - 1 }),
      indices: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
      make: fc.constantFrom<(shape: number[]) => TensorData>(floats, ints, bools),
    }),
  );
  await fc.assert(
    fc.asyncProperty(setting, async ({ shape, axis, indices, make }) => {
      const which = ints(indices, 5, 0, shape[axis] as number);
      await assertSameOnBoth(
        (x, i) => tf.gather(x as tf.Tensor, i as tf.Tensor1D, axis),
        [make(shape), which],
        {
          // tfjs's gradient asks the indices for their own shape back: it fits one axis of indices.
          gradient: make === floats && indices.length === 1,
        },
      );
    }),
    { seed: 1, numRuns: 50 },
  );
});

test("with batch dimensions each row gathers from its own row", async () => {
  const setting = fc.record({
    batch: fc.constantFrom([1], [2], [7], [2, 3]),
    outer: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    length: fc.integer({ min: 1, max: 5 }),
    inner: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 1 }),
    indices: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(setting, async ({ batch, outer, length, inner, indices }) => {
      const x = floats([...batch, ...outer, length, ...inner]);
      const which = ints([...batch, ...indices], 5, 0, length);
      const axis = batch.length + outer.length;
      await assertSameOnBoth(
        (t, i) => tf.gather(t as tf.Tensor, i as tf.Tensor1D, axis, batch.length),
        [x, which],
        { gradient: false },
      );
    }),
    { seed: 2, numRuns: 30 },
  );
});

test("elements and slices are gathered by coordinates", async () => {
  const setting = dims.chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      depth: fc.integer({ min: 1, max: shape.length }),
      outer: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
      make: fc.constantFrom<(shape: number[]) => TensorData>(floats, ints, bools),
    }),
  );
  await fc.assert(
    fc.asyncProperty(setting, async ({ shape, depth, outer, make }) => {
      const { values } = floats([...outer, depth], 3, 0, 1);
      const indices: TensorData = {
        values: values.map((v, i) => Math.floor(v * (shape[i % depth] as number))),
        shape: [...outer, depth],
        dtype: "int32",
      };
      await assertSameOnBoth((x, i) => tf.gatherND(x as tf.Tensor, i as tf.Tensor), [make(shape), indices], {
        gradient: false,
      });
    }),
    { seed: 3, numRuns: 40 },
  );
});

test("indices without coordinates gather the whole tensor", async () => {
  const none: TensorData = { values: [], shape: [3, 0], dtype: "int32" };
  await assertSameOnBoth((x, i) => tf.gatherND(x as tf.Tensor, i as tf.Tensor), [floats([2, 2]), none], {
    gradient: false,
  });
});

test("the batch stays free where each row gathers from its own row", async () => {
  await assertExported((x: tf.Tensor, i: tf.Tensor) => tf.gather(x, i as tf.Tensor2D as never, 2, 1), {
    name: "gather with batch dimensions",
    inputs: [
      { name: "x", shape: ["batch", 2, 5, 3] },
      { name: "i", shape: ["batch", 4], dtype: "int32" },
    ],
    feeds: (batch) => [floats([batch, 2, 5, 3]), ints([batch, 4], 2, 0, 5)],
  });
  await assertExported((x: tf.Tensor, i: tf.Tensor) => tf.gatherND(x, i), {
    name: "gatherND",
    inputs: [
      { name: "x", shape: [5, 3] },
      { name: "i", shape: ["batch", 2], dtype: "int32" },
    ],
    feeds: (batch) => [floats([5, 3]), ints([batch, 2], 2, 0, 3)],
  });
});
