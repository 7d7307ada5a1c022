// Graphs in float16 against their float32 originals.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { TensorProto_DataType as ElementType } from "onnx-buf";
import { type InputSpec, type TensorFunction, toOnnx } from "../../../../export/onnx/index.ts";
import {
  measureFidelity,
  type NamedSamples,
  runGraph,
} from "../../../../export/package/variants/fidelity.ts";
import { toHalf } from "../../../../export/package/variants/half.ts";
import { collectForChecker, testWithChecker } from "../../../helpers/onnx-checker.ts";
import { contentOf, encoders } from "./models.ts";

await tf.setBackend("cpu");

async function compare(name: string, bytes: Uint8Array, feeds: NamedSamples) {
  const half = toHalf(bytes, `${name}.onnx`);
  collectForChecker(`${name}, float16`, half);
  const expected = await runGraph(bytes, feeds, name);
  return { half, expected, fidelity: measureFidelity(expected, await runGraph(half, feeds, name), name) };
}

test("encoders give the same codes within a few thousandths, from half the bytes", async () => {
  for (const { name, bytes, feeds } of await encoders()) {
    const { half, fidelity } = await compare(name, bytes, feeds);
    assert.ok(fidelity.maxAbs < 5e-3 && fidelity.maxAbs > 0, `${name}: ${fidelity.maxAbs}`);
    assert.ok(fidelity.cosine > 0.99999, `${name}: ${fidelity.cosine}`);
    const weights = (of: Uint8Array) =>
      [...contentOf(of).initializers.values()].filter(({ dims }) => dims.length >= 2);
    assert.ok(weights(half).every(({ dataType }) => dataType === ElementType.FLOAT16));
    assert.equal(weights(half).length, weights(bytes).length);
    assert.ok(half.length < 0.62 * bytes.length, `${name}: ${half.length} of ${bytes.length}`);
  }
});

test("inputs stay bytes and outputs float32; raw pixels are scaled in float32", async () => {
  const [dense] = await encoders();
  assert.ok(dense);
  const { operators, inputs, outputs } = contentOf(toHalf(dense.bytes, "dense.onnx"));
  assert.deepEqual([inputs, outputs], [[ElementType.UINT8], [ElementType.FLOAT]]);
  assert.deepEqual(operators.slice(0, 5), ["Cast", "Squeeze", "Mul", "Reshape", "Cast"]);
  assert.equal(operators.at(-1), "Cast");
});

/** A program's float16 form on numbers that float16 can say. */
async function programInHalf(name: string, program: TensorFunction, shape: number[], data: Float32Array) {
  const spec: InputSpec = { name: "x", shape: ["batch", ...shape] };
  const { bytes } = await toOnnx(program, [spec], { outputNames: ["y"] });
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return compare(name, bytes, { x: { data, shape: [data.length / size, ...shape] } });
}

test("raw values that float16 cannot say are scaled before they become float16", async () => {
  const data = Float32Array.of(0, 65536, 1e6, 100000, 262144, 1e6);
  const program = (x: tf.Tensor) =>
    x.div(1e6).matMul(tf.tensor2d([1, 0.5, 0.25, 1, 1, 1], [3, 2])) as tf.Tensor;
  const { fidelity, expected } = await programInHalf("large raw values", program, [3], data);
  assert.ok(fidelity.maxAbs < 2e-3, String(fidelity.maxAbs));
  assert.ok(Math.abs(Number(expected.y?.data[0]) - 1.016384) < 1e-6);
});

test("what has no float16 form stays float32: infinities asked for, sums by place, large weights", async () => {
  const data = Float32Array.of(0.5, -1, 2, 0.25, 3, -0.5, 1, 8);
  const programs: Record<string, TensorFunction> = {
    isInf: (x) => tf.where(tf.isInf(x.square()), tf.zerosLike(x), x.mul(2)),
    segments: (x) =>
      tf.unsortedSegmentSum(x.square().transpose(), tf.tensor1d([1, 0, 1, 1], "int32"), 2).transpose(),
    large: (x) =>
      x
        .square()
        .matMul(tf.tensor2d([1e5, 0, 0, 1e-5, 0, 2e-5, 1, 0], [4, 2]))
        .div(1e5) as tf.Tensor,
    resize: (x) => tf.image.resizeBilinear(x.square().reshape([-1, 2, 2, 1]) as tf.Tensor4D, [4, 4]),
  };
  for (const [name, program] of Object.entries(programs)) {
    const { fidelity } = await programInHalf(name, program, [4], data);
    assert.ok(fidelity.maxAbs < 0.05 && fidelity.cosine > 0.99999, `${name}: ${JSON.stringify(fidelity)}`);
  }
});

test("positions and counts stay whole numbers", async () => {
  const program = (x: tf.Tensor) =>
    tf
      .topk(x.square(), 2)
      .indices.toFloat()
      .add(x.square().argMax(1).reshape([-1, 1]));
  const { fidelity } = await programInHalf(
    "positions",
    program,
    [4],
    Float32Array.of(1, 2, 3, 4, 4, 3, 2, 1),
  );
  assert.equal(fidelity.maxAbs, 0);
});

testWithChecker();
