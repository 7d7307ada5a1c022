// Turns a trained autoencoder into a package folder.
import * as tf from "@tensorflow/tfjs";
import { type Dataset, itemSize } from "../data/index.ts";
import { type InputSpec, toOnnx } from "../export/onnx/index.ts";
import { type PackageGraph, type WrittenPackage, writePackage } from "../export/package/index.ts";
import type { Autoencoder } from "./architectures/index.ts";
import type { TrainConfig } from "./config/index.ts";
import { toUnitRange } from "./run/scale.ts";
import type { RunState } from "./run/state.ts";

/** Real items on which every graph is compared with tfjs-backend-cpu. */
const CHECKED_ITEMS = 64;

/**
 * Writes encoder and decoder, with the scaling of raw pixels inside the encoder and the sigmoid inside the decoder.
 * What they should give is computed by tfjs-backend-cpu, which shares no code with ONNX Runtime.
 */
export async function packageAutoencoder(
  { encoder, decoder }: Autoencoder,
  dataset: Dataset,
  config: TrainConfig,
  { history, best, endedEarly }: RunState,
  folder: string,
  engine: string,
): Promise<WrittenPackage> {
  const [low, high] = dataset.range;
  const size = itemSize(dataset.shape);
  const codeSize = config.model.code;
  const input: InputSpec = {
    name: "input",
    shape: ["batch", ...dataset.shape],
    preprocess: {
      dtype: dataset.dtype,
      scale: 1 / (high - low),
      ...(low !== 0 ? { mean: low / (high - low) } : {}),
    },
  };
  const encoded = await toOnnx((x) => encoder.apply(x.reshape([-1, size])) as tf.Tensor, [input], {
    outputNames: ["codes"],
    graphName: "encoder",
  });
  const decode = (codes: tf.Tensor) =>
    tf.sigmoid(decoder.apply(codes) as tf.Tensor).reshape([-1, ...dataset.shape]);
  const decoded = await toOnnx(decode, [{ name: "codes", shape: ["batch", codeSize] }], {
    outputNames: ["reconstruction"],
    graphName: "decoder",
  });

  const samples = await dataset.read(0, Math.min(CHECKED_ITEMS, dataset.length));
  const count = samples.length / size;
  const { codes, reconstruction } = await onBackend("cpu", async () => {
    const x = tf.tensor2d(toUnitRange(samples, dataset.range), [count, size]);
    const z = encoder.apply(x) as tf.Tensor;
    const y = decode(z);
    const read = {
      codes: (await z.data()) as Float32Array,
      reconstruction: (await y.data()) as Float32Array,
    };
    tf.dispose([x, z, y]);
    return read;
  });
  const shaped = <T>(data: T, shape: readonly number[]) => ({ data, shape: [count, ...shape] });
  const graphs: PackageGraph[] = [
    {
      role: "encoder",
      fileName: "encoder.onnx",
      bytes: encoded.bytes,
      check: {
        feeds: { input: shaped(samples, dataset.shape) },
        expected: { codes: shaped(codes, [codeSize]) },
      },
    },
    {
      role: "decoder",
      fileName: "decoder.onnx",
      bytes: decoded.bytes,
      check: {
        feeds: { codes: shaped(codes, [codeSize]) },
        expected: { reconstruction: shaped(reconstruction, dataset.shape) },
      },
    },
  ];
  return writePackage({
    folder,
    name: config.name,
    input: { shape: dataset.shape, dtype: dataset.dtype, range: dataset.range, layout: "HWC" },
    codeSize,
    graphs,
    training: {
      config,
      data: dataset.name,
      items: dataset.length,
      epochs: history.length,
      endedEarly,
      engine,
    },
    metrics: { loss: history.at(-1)?.loss, validationLoss: history.at(-1)?.validationLoss, best },
  });
}

/** Runs `body` with another tfjs backend as the current one. */
async function onBackend<T>(name: string, body: () => Promise<T>): Promise<T> {
  const former = tf.getBackend();
  await tf.setBackend(name);
  try {
    return await body();
  } finally {
    await tf.setBackend(former);
  }
}
