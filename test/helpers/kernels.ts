// Runs the same tfjs program on tfjs-backend-cpu and on the onnx engine and compares values and gradients.
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { useOnnxEngine } from "../../train/engine/onnx/use.ts";

/** A tensor by its elements, so that each backend makes its own. */
export interface TensorData {
  readonly values: readonly number[];
  readonly shape: readonly number[];
  /** 'float32' unless told. */
  readonly dtype?: "float32" | "int32" | "bool";
}

export type Program = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

export interface CompareOptions {
  /** Compare the gradients for all float inputs, too. Default true. */
  readonly gradient?: boolean;
  /** Allowed |difference| / (1 + |expected|). Default 1e-4. */
  readonly tolerance?: number;
}

/** A small repeatable generator (mulberry32), so that failures come back. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values between low and high that are no multiples of one another: no ties for maxima, no zeros for logarithms. */
export function floats(shape: readonly number[], seed = 1, low = -2, high = 2): TensorData {
  const next = random(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return { values: Array.from({ length: size }, () => Math.fround(low + (high - low) * next())), shape };
}

/** Whole numbers from low up to, not including, high. */
export function ints(shape: readonly number[], seed = 1, low = -5, high = 6): TensorData {
  const { values } = floats(shape, seed, low, high);
  return { values: values.map(Math.floor), shape, dtype: "int32" };
}

export function bools(shape: readonly number[], seed = 1): TensorData {
  const { values } = floats(shape, seed, 0, 1);
  return { values: values.map((v) => (v > 0.5 ? 1 : 0)), shape, dtype: "bool" };
}

export interface Outcome {
  readonly values: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: string;
}

function tensor({ values, shape, dtype = "float32" }: TensorData): tf.Tensor {
  return tf.tensor([...values], [...shape], dtype);
}

/** Weights for the scalar whose gradient is taken: every output element counts, none alike. */
function weights(t: tf.Tensor): tf.Tensor {
  return tensor(floats(t.shape, 977, 0.5, 1.5));
}

/** Results and, if asked for, gradients for the float inputs, on tfjs's current backend. */
export async function outcomes(
  program: Program,
  inputs: readonly TensorData[],
  gradient: boolean,
): Promise<Outcome[]> {
  const tensors = inputs.map(tensor);
  const results = [tf.tidy(() => program(...tensors))].flat();
  if (gradient) {
    const float = tensors.flatMap((t, i) => (t.dtype === "float32" ? [i] : []));
    const scalar = (...xs: tf.Tensor[]) => {
      const all = [...tensors];
      xs.forEach((x, i) => {
        all[float[i] as number] = x;
      });
      const outputs = [program(...all)].flat();
      return tf.addN(outputs.map((t) => t.toFloat().mul(weights(t)).sum())) as tf.Scalar;
    };
    results.push(...tf.grads(scalar)(float.map((i) => tensors[i] as tf.Tensor)));
  }
  const read = await Promise.all(
    results.map(async (t) => ({ values: Array.from(await t.data()), shape: t.shape, dtype: t.dtype })),
  );
  tf.dispose([tensors, results]);
  return read;
}

/** Runs a function with `cpu` as tfjs's backend. */
export async function onCpu<T>(run: () => Promise<T> | T): Promise<T> {
  await tf.setBackend("cpu");
  return run();
}

let engineReady = false;

/** Runs a function with `onnx` (ONNX Runtime on the CPU) as tfjs's backend. */
export async function onOnnx<T>(run: () => Promise<T> | T): Promise<T> {
  if (!engineReady) await useOnnxEngine({ threads: 1 });
  engineReady = true;
  await tf.setBackend("onnx");
  return run();
}

/** Asserts that both backends give the same values, shapes, dtypes and gradients. */
export async function assertSameOnBoth(
  program: Program,
  inputs: readonly TensorData[],
  { gradient = true, tolerance = 1e-4 }: CompareOptions = {},
): Promise<void> {
  const expected = await onCpu(() => outcomes(program, inputs, gradient));
  const actual = await onOnnx(() => outcomes(program, inputs, gradient));
  assertSameOutcomes(actual, expected, tolerance);
}

/** Asserts equal shapes and dtypes, and values within `tolerance` · (1 + |expected|). */
export function assertSameOutcomes(
  actual: readonly Outcome[],
  expected: readonly Outcome[],
  tolerance: number,
): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((want, i) => {
    const got = actual[i] as Outcome;
    assert.deepEqual([got.shape, got.dtype], [want.shape, want.dtype], `result ${i}: shape and dtype`);
    want.values.forEach((value, at) => {
      const other = got.values[at] as number;
      const same =
        Object.is(value, other) ||
        value === other ||
        (Number.isFinite(value) && Math.abs(value - other) <= tolerance * (1 + Math.abs(value)));
      assert.ok(same, `result ${i}, element ${at}: ${other} instead of ${value}`);
    });
  });
}
