// Holds a linear tfjs program, and its ONNX graph, against the matrix it is said to be.
import * as tf from "@tensorflow/tfjs";
import { Matrix } from "ml-matrix";
import * as ort from "onnxruntime-node";
import { seededRandom } from "../../data/index.ts";
import { toOnnx } from "../../export/onnx/index.ts";
import type { MapShape } from "./convolution.ts";
import type { Check } from "./explanation.ts";

/** Allowed |difference| / (1 + |value|): some roundings of float32. */
const TOLERANCE = 1e-5;
const RANDOM_ITEMS = 4;

export interface LinearProgram {
  readonly name: string;
  /** `[batch, ...shape]` to what the matrix makes of each item. */
  readonly call: (x: tf.Tensor4D) => tf.Tensor;
  /** Of an item. */
  readonly shape: MapShape;
}

/** Runs the program on the example and on random items: in tfjs, as ONNX, and as a product with the matrix. */
export async function agreement(
  { name, call, shape }: LinearProgram,
  matrix: Matrix,
  example: readonly number[] = [],
): Promise<Check> {
  const random = seededRandom(1);
  const length = shape[0] * shape[1] * shape[2];
  const noise = Array.from({ length: RANDOM_ITEMS * length }, () => 2 * random() - 1);
  const items = Float32Array.from([...example, ...noise]);
  const batch = [items.length / length, ...shape] as [number, number, number, number];

  const columns = new Matrix(batch[0], length);
  items.forEach((value, at) => {
    columns.set(Math.floor(at / length), at % length, value);
  });
  const wanted = columns.mmul(matrix.transpose()).to1DArray();
  const tfjs = difference(wanted, await inTfjs(call, items, batch));
  const onnx = difference(wanted, await inOnnx(call, items, batch));
  return { program: name, tfjs: tfjs.largest, onnx: onnx.largest, agrees: tfjs.small && onnx.small };
}

async function inTfjs(
  call: LinearProgram["call"],
  items: Float32Array,
  batch: [number, number, number, number],
): Promise<ArrayLike<number>> {
  const former = tf.getBackend();
  await tf.setBackend("cpu");
  try {
    return tf.tidy(() => call(tf.tensor4d(items, batch)).dataSync());
  } finally {
    if (former && former !== "cpu") await tf.setBackend(former);
  }
}

async function inOnnx(
  call: LinearProgram["call"],
  items: Float32Array,
  batch: readonly number[],
): Promise<ArrayLike<number>> {
  const shape = ["batch", ...batch.slice(1)];
  const { bytes, inputs, outputs } = await toOnnx(
    (x: tf.Tensor) => call(x as tf.Tensor4D),
    [{ name: "x", shape }],
  );
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
  try {
    const feeds = { [inputs[0]?.name as string]: new ort.Tensor("float32", items, batch) };
    const result = await session.run(feeds);
    return result[outputs[0]?.name as string]?.data as Float32Array;
  } finally {
    await session.release();
  }
}

function difference(wanted: readonly number[], found: ArrayLike<number>) {
  const gaps = wanted.map((value, at) => Math.abs(value - (found[at] ?? Number.NaN)));
  const small = gaps.every((gap, at) => gap <= TOLERANCE * (1 + Math.abs(wanted[at] as number)));
  return { largest: Math.max(...gaps), small: small && found.length === wanted.length };
}
