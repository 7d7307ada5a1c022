// Random samples for a model's inputs, the same in every check.
import * as tf from "@tensorflow/tfjs";
import { type ElementType, sizeOf } from "../graph/value.ts";
import type { ResolvedInput } from "../inputs.ts";
import type { ModelPort } from "../to-onnx.ts";

export interface Sample {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** mulberry32, by Tommy Ettinger (public domain). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * One sample per input. Floats lie in [0, 1) and whole numbers are 0 or 1: every pixel scaling, count and table of at
 * least two words can take them. Bytes have their whole range.
 */
export function sampleInputs(
  ports: readonly ModelPort[],
  sizes: Readonly<Record<string, number>>,
  seed: number,
): Sample[] {
  const next = generator(seed);
  return ports.map(({ name, dtype, shape: dims }) => {
    const shape = dims.map((dim) => (typeof dim === "string" ? (sizes[dim] as number) : dim));
    return { name, dtype, shape, data: draw(dtype, sizeOf(shape), next) };
  });
}

function draw(dtype: ElementType, length: number, next: () => number): Sample["data"] {
  const bit = () => (next() < 0.5 ? 0 : 1);
  if (dtype === "float32") return Float32Array.from({ length }, next);
  if (dtype === "int32") return Int32Array.from({ length }, bit);
  if (dtype === "bool") return Uint8Array.from({ length }, bit);
  return Uint8Array.from({ length }, () => Math.floor(256 * next()));
}

/** The tensor that the program gets for a sample: what `preprocess` stands for, computed by tfjs. */
export function programTensor({ shape, data }: Sample, { dtype, preprocess }: ResolvedInput): tf.Tensor {
  if (!preprocess) return tf.tensor(data, [...shape], dtype);
  const { scale = 1, mean = 0, std = 1, layout } = preprocess;
  const raw = tf.tensor(Float32Array.from(data), [...shape]);
  const image = layout === "CHW" ? raw.transpose([0, 2, 3, 1]) : raw;
  return image.mul(scale).sub(mean).div(std);
}
