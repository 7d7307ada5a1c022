// A package of a small convolutional autoencoder of RGB bytes, its weights random, exported from tfjs.
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { toOnnx } from "../../export/onnx/index.ts";
import type { Manifest } from "../../runtime/index.ts";

/** Height and width of its pictures. */
export const SIDE = 16;
const CODE = 6;

/** Returns the folder. */
export async function writePicturePackage(folder: string): Promise<string> {
  const glorot = (seed: number) => ({ kernelInitializer: tf.initializers.glorotUniform({ seed }) });
  const encoder = tf.sequential({
    layers: [
      tf.layers.conv2d({
        inputShape: [SIDE, SIDE, 3],
        filters: 8,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "elu",
        ...glorot(1),
      }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: CODE, ...glorot(2) }),
    ],
  });
  const decoder = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [CODE], units: 64 * 4, activation: "relu", ...glorot(3) }),
      tf.layers.reshape({ targetShape: [8, 8, 4] }),
      tf.layers.conv2dTranspose({
        filters: 3,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "sigmoid",
        ...glorot(4),
      }),
    ],
  });
  const shape = [SIDE, SIDE, 3];
  const graphs = {
    encoder: await toOnnx(
      encoder,
      [{ name: "input", shape: ["batch", ...shape], preprocess: { dtype: "uint8", scale: 1 / 255 } }],
      { outputNames: ["codes"] },
    ),
    decoder: await toOnnx(decoder, [{ name: "codes", shape: ["batch", CODE] }], {
      outputNames: ["reconstruction"],
    }),
  };
  encoder.dispose();
  decoder.dispose();

  await mkdir(folder, { recursive: true });
  const files: Manifest["files"][number][] = [];
  for (const role of ["encoder", "decoder"] as const) {
    const { bytes } = graphs[role];
    const path = `${role}.onnx`;
    await writeFile(join(folder, path), bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    files.push({ path, sha256, bytes: bytes.length, role, dtype: "fp32" });
  }
  const manifest: Manifest = {
    schemaVersion: 1,
    name: "pictures",
    input: { shape, dtype: "uint8", range: [0, 255], layout: "HWC" },
    codeSize: CODE,
    outputs: {
      codes: { shape: [CODE], dtype: "float32" },
      reconstruction: { shape, dtype: "float32", range: [0, 1] },
    },
    files,
    training: {},
    metrics: {},
  };
  await writeFile(join(folder, "latentkit.json"), JSON.stringify(manifest));
  return folder;
}
