// Plain functions of tensors, whose numbers follow the free dimensions in many ways.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import type { InputSpec } from "../../../export/onnx/index.ts";
import { assertExported } from "../../helpers/exported.ts";
import { floats, ints, type TensorData } from "../../helpers/kernels.ts";
import { testWithChecker } from "../../helpers/onnx-checker.ts";

await tf.setBackend("cpu");

const weights = (shape: number[], seed: number) =>
  tf.tensor([...floats(shape, seed, -0.5, 0.5).values], shape);
const [wq, wk, wv] = [weights([6, 6], 1), weights([6, 6], 2), weights([6, 6], 3)];
const square = weights([4, 4], 4);

/** Two heads of self-attention over [batch, time, 6]. */
function attention(x: tf.Tensor): tf.Tensor {
  const [batch, time] = x.shape as [number, number];
  const heads = (w: tf.Tensor) => {
    const projected = x.reshape([-1, 6]).matMul(w).reshape([batch, time, 2, 3]);
    return projected.transpose([0, 2, 1, 3]);
  };
  const scores = tf.matMul(heads(wq), heads(wk), false, true).div(Math.sqrt(3)).softmax();
  const mixed = tf.matMul(scores, heads(wv)).transpose([0, 2, 1, 3]).reshape([batch, time, 6]);
  return x.add(mixed);
}

interface ProgramCase {
  readonly program: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[] | tf.NamedTensorMap;
  readonly inputs: readonly InputSpec[];
  readonly feeds: (batch: number) => readonly TensorData[];
}

/** A function of one tensor with a free batch. */
const one = (
  shape: readonly number[],
  program: (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
  feed: (shape: readonly number[]) => TensorData = floats,
): ProgramCase => ({
  program: (x) => program(x as tf.Tensor),
  inputs: [{ name: "x", shape: ["batch", ...shape], dtype: feed(shape).dtype ?? "float32" }],
  feeds: (batch) => [feed([batch, ...shape])],
});

const cases: Readonly<Record<string, ProgramCase>> = {
  "two heads of attention": one([5, 6], attention),
  "attention over a free length": {
    program: (x) => attention(x as tf.Tensor),
    inputs: [{ name: "x", shape: ["batch", "time", 6] }],
    feeds: (batch) => [floats([batch, batch + 2, 6])],
  },
  "a residual block": one([4], (x) => x.add(x.matMul(square).relu().matMul(square))),
  "slices in the middle and from the end": one([6, 5], (x) => x.slice([0, 1, 2], [-1, 3, -1]).sum(2)),
  "all but the first of the batch": one([3], (x) => tf.concat([x, x.slice([1, 0], [-1, -1])], 0)),
  "the first of the batch": one([3], (x) => x.slice([0, 0], [1, 3])),
  "the last of the batch": one([3], (x) => x.slice([(x.shape[0] as number) - 1, 0], [1, 3])),
  "the batch in reverse": one([3], (x) => x.reverse(0)),
  "strided slices": one([9], (x) => tf.stridedSlice(x, [0, 1], [x.shape[0] as number, 9], [1, 3])),
  einsum: {
    program: (a, b) => tf.einsum("bij,bjk->bik", a as tf.Tensor, b as tf.Tensor),
    inputs: [
      { name: "a", shape: ["batch", 2, 3] },
      { name: "b", shape: ["batch", 3, 4] },
    ],
    feeds: (batch) => [floats([batch, 2, 3], 1), floats([batch, 3, 4], 2)],
  },
  "all pairs of the batch": one([3], (x) => x.expandDims(0).sub(x.expandDims(1)).square().sum(2)),
  "a Gram matrix": one([3], (x) => x.matMul(x, false, true)),
  "mean and spread over the batch": one([3], (x) => {
    const { mean, variance } = tf.moments(x, 0);
    return x.sub(mean).div(variance.add(1e-3).sqrt());
  }),
  "a division by the size of the batch": one([3], (x) => x.sum(0).div(x.shape[0] as number)),
  "positions in the batch": one([3], (x) => x.add(tf.range(0, x.shape[0] as number).expandDims(1))),
  "every second position": one([3], (x) => x.mul(tf.range(1, 2 * (x.shape[0] as number), 2).expandDims(1))),
  "codes of positions in the batch": one([3], (x) =>
    tf
      .oneHot(tf.range(0, x.shape[0] as number, 1, "int32"), 4)
      .toFloat()
      .matMul(tf.ones([4, 3]))
      .add(x),
  ),
  "zeros of the batch's size": one([3], (x) => tf.concat([x, tf.zeros([x.shape[0] as number, 2])], 1)),
  "twos of twice the batch's size": one([3], (x) => tf.fill([2 * (x.shape[0] as number), 3], 2)),
  "a tensor made for the batch": one([2], (x) => {
    const rows = Array.from({ length: x.shape[0] as number }, () => [0.5, -1]);
    return x.mul(tf.tensor2d(rows));
  }),
  "the batch twice": one([3], (x) => tf.concat([x, x.neg()], 0)),
  "the batch repeated": one([3], (x) => tf.tile(x, [2, 3])),
  "broadcast over the batch": one([3], (x) =>
    tf.broadcastTo(tf.tensor2d([[1, 2, 3]]), x.shape as [number, number]).mul(x),
  ),
  "axes joined with the batch": one([4, 3], (x) => {
    const [batch] = x.shape as [number];
    return x
      .reshape([batch * 4, 3])
      .relu()
      .reshape([batch * 2, 6])
      .reshape([batch, 12]);
  }),
  "the batch moved to the end": one([4, 3], (x) => x.transpose([2, 1, 0]).mean(1)),
  "a row of padding before the batch": one([3], (x) =>
    x.pad([
      [1, 0],
      [0, 2],
    ]),
  ),
  "as many rows of padding as the batch has": one([2, 3], (x) =>
    x.transpose([0, 2, 1]).pad([
      [0, x.shape[0] as number],
      [0, 0],
      [1, 0],
    ]),
  ),
  "the largest ones": one([5], (x) => {
    const { values, indices } = tf.topk(x, 2);
    return [values, indices];
  }),
  "the index of the largest": one([5], (x) => x.argMax(1)),
  "rows of a table": one(
    [2],
    (ids) => tf.gather(square, ids),
    (shape) => ints(shape, 3, 0, 4),
  ),
  "a cast": one([4], (x) => x.mul(3).toInt().add(tf.scalar(1, "int32"))),
  "sizes that two free dimensions make": {
    program: (x) => {
      const [batch, time] = (x as tf.Tensor).shape as [number, number];
      return (x as tf.Tensor).reshape([batch * time, 2]).add(tf.zeros([batch * time, 1]));
    },
    inputs: [{ name: "x", shape: ["batch", "time", 2] }],
    feeds: (batch) => [floats([batch, 3, 2])],
  },
  "a cache that grows by the new steps": {
    program: (cache, x) => tf.concat([cache as tf.Tensor, x as tf.Tensor], 1),
    inputs: [
      { name: "cache", shape: ["batch", "past", 2] },
      { name: "x", shape: ["batch", "time", 2] },
    ],
    feeds: (batch) => [floats([batch, 4, 2], 1), floats([batch, 3, 2], 2)],
  },
};

for (const [name, { program, inputs, feeds }] of Object.entries(cases)) {
  test(`${name}: the file gives what tfjs gives`, async () => {
    await assertExported(program, { name, inputs, feeds });
  });
}

test("dimensions that follow from free ones are declared as such", async () => {
  const exported = await assertExported(
    (x) => ({
      joined: (x as tf.Tensor).reshape([-1, 3]),
      more: tf.concat([x as tf.Tensor, tf.zeros([1, 2, 3])], 0),
      flat: (x as tf.Tensor).reshape([-1]),
    }),
    { name: "dims", inputs: [{ name: "x", shape: ["n", 2, 3] }], feeds: (batch) => [floats([batch, 2, 3])] },
  );
  assert.deepEqual(
    exported.outputs.map(({ shape }) => shape),
    [["2*n", 3], ["n+1", 2, 3], ["6*n"]],
  );
});

testWithChecker();
