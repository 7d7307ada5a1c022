// What a person finds who opens a file: the operators they would have written.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { toOnnx } from "../../../export/onnx/index.ts";
import { nodeNamesOf, operatorsOf } from "../../helpers/exported.ts";
import { seedWeights } from "./layers/case.ts";

await tf.setBackend("cpu");

async function operators(...layers: tf.layers.Layer[]): Promise<string[]> {
  const model = tf.sequential({ layers });
  seedWeights(model);
  const exported = await toOnnx(model);
  model.dispose();
  return operatorsOf(exported);
}

const image = [8, 8, 3];

test("dense layers are Gemm nodes with their biases", async () => {
  assert.deepEqual(
    await operators(
      tf.layers.dense({ units: 4, inputShape: [6], activation: "relu" }),
      tf.layers.dense({ units: 2, activation: "sigmoid" }),
    ),
    ["Gemm", "Relu", "Gemm", "Sigmoid"],
  );
});

test("a convolutional autoencoder is Conv nodes with biases between one Transpose at each end", async () => {
  const conv = { kernelSize: 3, padding: "same", activation: "relu" } as const;
  assert.deepEqual(
    await operators(
      tf.layers.conv2d({ ...conv, filters: 4, inputShape: image }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ ...conv, filters: 2, strides: 2 }),
      tf.layers.conv2dTranspose({ ...conv, filters: 4, strides: 2 }),
      tf.layers.upSampling2d({ size: [2, 2] }),
      tf.layers.conv2d({ ...conv, filters: 3, activation: "sigmoid" }),
    ),
    [
      ...["Transpose", "Conv", "Relu", "MaxPool", "Conv", "Relu", "ConvTranspose", "Relu", "Resize"],
      ...["Conv", "Sigmoid", "Transpose"],
    ],
  );
});

test("a dense layer behind a flattened convolution needs no transpose between them", async () => {
  assert.deepEqual(
    await operators(
      tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: image, activation: "relu" }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 2 }),
    ),
    ["Transpose", "Conv", "Relu", "Reshape", "Gemm"],
  );
});

test("batch normalization is one node", async () => {
  assert.deepEqual(await operators(tf.layers.batchNormalization({ inputShape: image })), [
    "Transpose",
    "BatchNormalization",
    "Transpose",
  ]);
});

test("pooling and upsampling are one node each", async () => {
  for (const [layer, op] of [
    [tf.layers.maxPooling2d({ poolSize: 2, inputShape: image }), "MaxPool"],
    [tf.layers.averagePooling2d({ poolSize: 2, inputShape: image }), "AveragePool"],
    [tf.layers.upSampling2d({ size: [2, 2], inputShape: image }), "Resize"],
    [tf.layers.upSampling2d({ size: [2, 2], interpolation: "bilinear", inputShape: image }), "Resize"],
  ] as const) {
    assert.deepEqual(await operators(layer), ["Transpose", op, "Transpose"]);
  }
});

test("dropout and noise leave nothing behind", async () => {
  assert.deepEqual(
    await operators(
      tf.layers.gaussianNoise({ stddev: 1, inputShape: [6] }),
      tf.layers.dense({ units: 4 }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.alphaDropout({ rate: 0.5 }),
      tf.layers.gaussianDropout({ rate: 0.5 }),
    ),
    ["Gemm"],
  );
});

test("nodes carry the names of their layers", async () => {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 2, inputShape: [3], activation: "relu", name: "encode" }),
      tf.layers.dense({ units: 3, name: "decode" }),
    ],
  });
  assert.deepEqual(nodeNamesOf(await toOnnx(model)), ["encode/Gemm", "encode/Relu", "decode/Gemm"]);
});
