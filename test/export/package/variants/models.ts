// Small encoders with weights of a trained model's kind, exported, for tests of variants.
import { fromBinary } from "@bufbuild/protobuf";
import * as tf from "@tensorflow/tfjs";
import { ModelProtoSchema } from "onnx-buf";
import { toOnnx } from "../../../../export/onnx/index.ts";
import type { NamedSamples } from "../../../../export/package/variants/fidelity.ts";
import { random } from "../../../helpers/kernels.ts";

export interface ExportedEncoder {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly feeds: NamedSamples;
}

const next = random(5);
/** Sum of twelve uniform numbers: near enough to a normal distribution. */
const normal = () => Array.from({ length: 12 }, next).reduce((sum, value) => sum + value, -6);

function withWeights(model: tf.Sequential): tf.Sequential {
  model.setWeights(
    model.getWeights().map(({ shape }) => {
      const inputs = shape.slice(0, -1).reduce((product, size) => product * size, 1);
      const values = Array.from({ length: inputs * (shape.at(-1) ?? 1) }, () => normal() / Math.sqrt(inputs));
      return tf.tensor(values, shape);
    }),
  );
  return model;
}

async function exported(name: string, model: tf.Sequential, shape: number[]): Promise<ExportedEncoder> {
  const spec = {
    name: "input",
    shape: ["batch", ...shape],
    preprocess: { dtype: "uint8", scale: 1 / 255 },
  } as const;
  const { bytes } = await toOnnx(withWeights(model), [spec], { outputNames: ["codes"] });
  const length = 24 * shape.reduce((product, size) => product * size, 1);
  const data = Uint8Array.from({ length }, () => Math.floor(next() * 256));
  return { name, bytes, feeds: { input: { data, shape: [24, ...shape] } } };
}

const { layers, sequential } = tf;

/** A dense encoder, a convolutional one, and a decoder-like one with a transposed convolution. */
export async function encoders(): Promise<readonly ExportedEncoder[]> {
  const shape = [12, 12, 1];
  const dense = sequential({
    layers: [
      layers.flatten({ inputShape: shape }),
      layers.dense({ units: 64, activation: "elu" }),
      layers.dense({ units: 32, activation: "sigmoid" }),
      layers.dense({ units: 10 }),
    ],
  });
  const conv = sequential({
    layers: [
      layers.conv2d({
        inputShape: shape,
        filters: 8,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "relu",
      }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 10 }),
    ],
  });
  const transposed = sequential({
    layers: [
      layers.flatten({ inputShape: shape }),
      layers.dense({ units: 36, activation: "relu" }),
      layers.reshape({ targetShape: [3, 3, 4] }),
      layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: "same", activation: "tanh" }),
      layers.upSampling2d({ size: [2, 2] }),
      layers.flatten(),
    ],
  });
  return Promise.all([
    exported("dense", dense, shape),
    exported("conv", conv, shape),
    exported("transposed", transposed, shape),
  ]);
}

/** Operators of a file in order, and its initializers: type and size by name. */
export function contentOf(bytes: Uint8Array) {
  const graph = fromBinary(ModelProtoSchema, bytes).graph;
  return {
    operators: graph?.node.map(({ opType }) => opType) ?? [],
    initializers: new Map(graph?.initializer.map(({ name, dataType, dims }) => [name, { dataType, dims }])),
    inputs: graph?.input.map(elementTypeOf) ?? [],
    outputs: graph?.output.map(elementTypeOf) ?? [],
  };
}

function elementTypeOf({
  type,
}: {
  type?: { value: { case?: string | undefined; value?: unknown } } | undefined;
}) {
  const value = type?.value.value;
  return typeof value === "object" && value !== null && "elemType" in value ? value.elemType : undefined;
}
