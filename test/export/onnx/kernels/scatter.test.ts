// Writing and adding by index, segments and counts, against tfjs-backend-cpu or the definition.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { useOnnxEngine } from "../../../../train/engine/onnx/use.ts";
import { assertExported } from "../../../helpers/exported.ts";
import {
  assertSameOnBoth,
  bools,
  floats,
  ints,
  onCpu,
  onOnnx,
  type TensorData,
} from "../../../helpers/kernels.ts";

const noGradient = { gradient: false };
const dims = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
const type = fc.constantFrom<(shape: readonly number[], seed?: number) => TensorData>(floats, ints);

/** A target shape, indices of `depth` coordinates into it, and updates that fit. */
const scattering = dims.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    depth: fc.integer({ min: 1, max: shape.length }),
    count: fc.constantFrom(1, 2, 7),
    make: type,
    seed: fc.nat(100),
  }),
);

function coordinates(
  shape: readonly number[],
  depth: number,
  count: number,
  seed: number,
  distinct = false,
): TensorData {
  const { values } = floats([count, depth], seed, 0, 1);
  const size = (i: number) => shape[i] as number;
  const place = (row: number) => {
    let rest = row;
    const at: number[] = [];
    for (let i = depth - 1; i >= 0; i--) {
      at.unshift(rest % size(i));
      rest = Math.floor(rest / size(i));
    }
    return at;
  };
  const all = distinct
    ? Array.from({ length: count }, (_, row) => place(row)).flat()
    : values.map((v, i) => Math.floor(v * size(i % depth)));
  return { values: all, shape: [count, depth], dtype: "int32" };
}

test("updates are scattered, and added up where they meet", async () => {
  await fc.assert(
    fc.asyncProperty(scattering, async ({ shape, depth, count, make, seed }) => {
      const updates = make([count, ...shape.slice(depth)], seed);
      await assertSameOnBoth(
        (i, u) => tf.scatterND(i as tf.Tensor, u as tf.Tensor, shape),
        [coordinates(shape, depth, count, seed), updates],
        noGradient,
      );
    }),
    { seed: 1, numRuns: 40 },
  );
});

test("updates replace slices of a tensor", async () => {
  const any = fc.oneof(type, fc.constant(bools));
  await fc.assert(
    fc.asyncProperty(scattering, any, async ({ shape, depth, count, seed }, make) => {
      const rows = shape.slice(0, depth).reduce((a, b) => a * b, 1);
      const some = Math.min(count, rows);
      await assertSameOnBoth(
        (t, i, u) => tf.tensorScatterUpdate(t as tf.Tensor, i as tf.Tensor, u as tf.Tensor),
        [
          make(shape, 9),
          coordinates(shape, depth, some, seed, true),
          make([some, ...shape.slice(depth)], seed),
        ],
        noGradient,
      );
    }),
    { seed: 2, numRuns: 40 },
  );
});

test("sparse values become a dense tensor: one index, a list of numbers, a table of coordinates", async () => {
  const cases: [TensorData, TensorData, number[], number | boolean][] = [
    [ints([], 1, 0, 5), floats([]), [5], 0.5],
    [{ values: [3, 0, 2], shape: [3], dtype: "int32" }, floats([3]), [5], -1],
    [{ values: [3, 0, 2], shape: [3], dtype: "int32" }, floats([]), [5], 2],
    [{ values: [0, 1, 1, 2], shape: [2, 2], dtype: "int32" }, ints([2]), [2, 3], 7],
    [{ values: [0, 1, 1, 2], shape: [2, 2], dtype: "int32" }, ints([]), [2, 3], 7],
    [{ values: [0, 1, 1, 2], shape: [2, 2], dtype: "int32" }, bools([2]), [2, 3], true],
  ];
  for (const [indices, values, shape, fill] of cases) {
    await assertSameOnBoth(
      (i, v) => tf.sparseToDense(i as tf.Tensor, v as tf.Tensor, shape, fill as number),
      [indices, values],
      noGradient,
    );
  }
});

test("segments are summed, ids beyond them are left out, values and gradients", async () => {
  const setting = fc.record({
    rows: fc.constantFrom(1, 2, 7),
    inner: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
    segments: fc.integer({ min: 1, max: 5 }),
    seed: fc.nat(100),
  });
  await fc.assert(
    fc.asyncProperty(setting, async ({ rows, inner, segments, seed }) => {
      const sums = (x: tf.Tensor, ids: tf.Tensor) => tf.unsortedSegmentSum(x, ids as tf.Tensor1D, segments);
      const x = floats([rows, ...inner], seed);
      await assertSameOnBoth(sums as never, [x, ints([rows], seed, -1, segments + 1)], noGradient);
      await assertSameOnBoth(sums as never, [x, ints([rows], seed, -1, segments)]);
    }),
    { seed: 3, numRuns: 25 },
  );
});

test("sums of whole numbers stay whole", async () => {
  const sums = await onOnnx(() =>
    tf.unsortedSegmentSum(tf.tensor1d([1, 2, 4], "int32"), tf.tensor1d([1, 0, 1], "int32"), 3),
  );
  assert.equal(sums.dtype, "int32");
  assert.deepEqual(Array.from(await sums.data()), [2, 5, 0]);
});

test("no update is lost when many meet in one row, with several threads", async () => {
  const threaded = await useOnnxEngine({ threads: 4 });
  const count = 200_000;
  const ids = tf.tensor1d(
    Array.from({ length: count }, (_, i) => i % 4),
    "int32",
  );
  for (let round = 0; round < 5; round++) {
    const sums = tf.unsortedSegmentSum(tf.ones([count, 3]), ids, 4);
    assert.deepEqual(new Set(await sums.data()), new Set([count / 4]));
  }
  threaded.dispose();
  await useOnnxEngine({ threads: 1 });
});

test("values are counted, weighted or not, those beyond the size left out", async () => {
  for (const [length, size] of [
    [1, 3],
    [7, 4],
    [40, 10],
  ] as const) {
    const x = ints([length], length, 0, size + 2);
    await assertSameOnBoth(
      (t) => tf.bincount(t as tf.Tensor1D, [] as unknown as tf.Tensor1D, size),
      [x],
      noGradient,
    );
    await assertSameOnBoth(
      (t, w) => tf.bincount(t as tf.Tensor1D, w as tf.Tensor1D, size),
      [x, floats([length])],
      noGradient,
    );
    await assertSameOnBoth(
      (t, w) => tf.bincount(t as tf.Tensor1D, w as tf.Tensor1D, size),
      [x, ints([length])],
      noGradient,
    );
  }
});

test("each row of a table is counted on its own, or marked where a value appears", async () => {
  for (const rows of [1, 2, 7]) {
    for (const binary of [false, true]) {
      const x = ints([rows, 5], rows, 0, 6);
      const count = (t: tf.Tensor, w: tf.Tensor | number[]) =>
        tf.denseBincount(t as tf.Tensor2D, w as tf.Tensor2D, 4, binary);
      await assertSameOnBoth((t) => count(t as tf.Tensor, []), [x], noGradient);
      await assertSameOnBoth(
        (t, w) => count(t as tf.Tensor, w as tf.Tensor),
        [x, floats([rows, 5])],
        noGradient,
      );
    }
  }
});

test("a vector is marked where a value appears, too", async () => {
  const marks = await onOnnx(() =>
    tf.denseBincount(tf.tensor1d([1, 3, 1, 9], "int32"), [] as never, 5, true).data(),
  );
  assert.deepEqual(Array.from(marks), [0, 1, 0, 1, 0]);
  const counts = (w: number[]) => tf.denseBincount(tf.tensor1d([1, 3, 1, 9], "int32"), w as never, 5).data();
  assert.deepEqual(await onOnnx(() => counts([1, 2, 3, 4])), await onCpu(() => counts([1, 2, 3, 4])));
});

test("the batch stays free where rows are scattered, summed and counted", async () => {
  const ids = { name: "i", shape: ["batch"], dtype: "int32" } as const;
  const feeds = (batch: number) => [floats([batch, 3]), ints([batch], 2, 0, 4)];
  const inputs = [{ name: "x", shape: ["batch", 3] }, ids];
  await assertExported((x: tf.Tensor, i: tf.Tensor) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4), {
    name: "segment sums",
    inputs,
    feeds,
  });
  await assertExported((x: tf.Tensor, i: tf.Tensor) => tf.scatterND(i.expandDims(1), x, [4, 3]), {
    name: "scatterND",
    inputs,
    feeds,
  });
  await assertExported((i: tf.Tensor) => tf.denseBincount(i as tf.Tensor2D, [] as never, 4), {
    name: "counts by row",
    inputs: [{ name: "i", shape: ["batch", 5], dtype: "int32" }],
    feeds: (batch) => [ints([batch, 5], 2, 0, 6)],
  });
});
