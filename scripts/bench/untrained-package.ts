// A package of a dense autoencoder of 28×28 images as it is before training: speed does not depend on the weights.
import * as tf from "@tensorflow/tfjs";
import { toOnnx } from "../../export/onnx/index.ts";
import { type Samples, writePackage } from "../../export/package/index.ts";

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
const SHAPE = [SIDE, SIDE, 1] as const;
const CODE = 32;
const CHECKED = 4;

/** Writes 784-512-128-32-128-512-784 to a folder. */
export async function writeUntrainedPackage(folder: string): Promise<void> {
  await tf.setBackend("cpu");
  const encoder = dense([512, 128, CODE], PIXELS);
  const decoder = dense([128, 512, PIXELS], CODE);
  const encode = (x: tf.Tensor) => encoder.apply(x.reshape([-1, PIXELS])) as tf.Tensor;
  const decode = (codes: tf.Tensor) => (decoder.apply(codes) as tf.Tensor).sigmoid().reshape([-1, ...SHAPE]);
  const bytes = Uint8Array.from({ length: CHECKED * PIXELS }, (_, i) => (i * 37) % 256);
  const scaled = tf.tensor(bytes, [CHECKED, ...SHAPE], "float32").div(255);
  const codes = encode(scaled);
  const input = { data: bytes, shape: [CHECKED, ...SHAPE] };
  const encoded = await toOnnx(
    encode,
    [{ name: "input", shape: ["batch", ...SHAPE], preprocess: { dtype: "uint8", scale: 1 / 255 } }],
    { outputNames: ["codes"] },
  );
  const decoded = await toOnnx(decode, [{ name: "codes", shape: ["batch", CODE] }], {
    outputNames: ["reconstruction"],
  });
  await writePackage({
    folder,
    name: "untrained",
    input: { shape: SHAPE, dtype: "uint8", range: [0, 255], layout: "HWC" },
    codeSize: CODE,
    graphs: [
      {
        role: "encoder",
        fileName: "encoder.onnx",
        bytes: encoded.bytes,
        check: { feeds: { input }, expected: { codes: await read(codes) } },
      },
      {
        role: "decoder",
        fileName: "decoder.onnx",
        bytes: decoded.bytes,
        check: {
          feeds: { codes: await read(codes) },
          expected: { reconstruction: await read(decode(codes)) },
        },
      },
    ],
  });
  tf.disposeVariables();
}

function dense(units: readonly number[], inputSize: number): tf.Sequential {
  const model = tf.sequential();
  units.forEach((size, i) => {
    const activation = i === units.length - 1 ? "linear" : "relu";
    model.add(tf.layers.dense({ units: size, activation, ...(i === 0 && { inputShape: [inputSize] }) }));
  });
  return model;
}

async function read(tensor: tf.Tensor): Promise<Samples> {
  return { data: (await tensor.data()) as Float32Array, shape: tensor.shape };
}
