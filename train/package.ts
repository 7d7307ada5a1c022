// Turns a trained autoencoder into a package folder.
import * as tf from "@tensorflow/tfjs";
import { type Dataset, itemSize } from "../data/index.ts";
import { type InputSpec, toOnnx } from "../export/onnx/index.ts";
import { type PackageGraph, type WrittenPackage, writePackage } from "../export/package/index.ts";
import type { Autoencoder } from "./architectures/index.ts";
import type { TrainConfig } from "./config/index.ts";
import type { Classifier } from "./procedures/classifier.ts";
import { classNamesOf } from "./procedures/labelled.ts";
import { toUnitRange } from "./run/scale.ts";
import type { RunState } from "./run/state.ts";

/** Real items on which every graph is compared with tfjs-backend-cpu. */
const CHECKED_ITEMS = 64;

/**
 * Writes encoder, decoder and, where there is one, the classifier, with the scaling of raw pixels inside the encoder and the sigmoid, if any, inside the
 * decoder. What they should give is computed by tfjs-backend-cpu, which shares no code with ONNX Runtime.
 */
export async function packageModels(
  {
    autoencoder,
    classifier,
  }: { readonly autoencoder: Autoencoder; readonly classifier?: Classifier | undefined },
  dataset: Dataset,
  config: TrainConfig,
  { history, phaseHistory, autoencoder: ended }: RunState,
  { folder, engine }: { readonly folder: string; readonly engine: string },
): Promise<WrittenPackage> {
  const { encoder, decoder, itemShape, output } = autoencoder;
  const [low, high] = dataset.range;
  const [codeShape, ...switchShapes] = encoder.outputs.map(({ shape }) => shape.slice(1) as number[]);
  const codeSize = codeShape?.[0] as number;
  const switches = switchShapes.map(
    (shape, i) => ({ name: `switches_${i}`, shape, dtype: "int32" }) as const,
  );
  const input: InputSpec = {
    name: "input",
    shape: ["batch", ...dataset.shape],
    preprocess: {
      dtype: dataset.dtype,
      scale: 1 / (high - low),
      ...(low !== 0 ? { mean: low / (high - low) } : {}),
    },
  };
  const encode = (x: tf.Tensor) =>
    [encoder.apply(x.reshape([-1, ...itemShape]), { training: false })].flat() as tf.Tensor[];
  const decode = (...given: tf.Tensor[]) => {
    const values = decoder.apply(given.length > 1 ? given : (given[0] as tf.Tensor)) as tf.Tensor;
    return (output === "sigmoid" ? tf.sigmoid(values) : values).reshape([-1, ...dataset.shape]);
  };
  const codeNames = ["codes", ...switches.map(({ name }) => name)];
  const encoded = await toOnnx(encode, [input], { outputNames: codeNames, graphName: "encoder" });
  const codeInputs: InputSpec[] = [
    { name: "codes", shape: ["batch", codeSize] },
    ...switches.map(({ name, shape, dtype }) => ({ name, shape: ["batch", ...shape], dtype })),
  ];
  const decoded = await toOnnx(decode, codeInputs, {
    outputNames: ["reconstruction"],
    graphName: "decoder",
  });

  const classify = (x: tf.Tensor) => {
    if (!classifier) throw new Error("there is no classifier");
    const [codes] = [classifier.encoder.apply(x.reshape([-1, ...itemShape]), { training: false })].flat();
    return tf.softmax(classifier.head.apply(codes as tf.Tensor, { training: false }) as tf.Tensor);
  };
  const classified =
    classifier &&
    (await toOnnx(classify, [input], { outputNames: ["probabilities"], graphName: "classifier" }));

  const samples = await dataset.read(0, Math.min(CHECKED_ITEMS, dataset.length));
  const count = samples.length / itemSize(dataset.shape);
  const shaped = <T>(data: T, shape: readonly number[]) => ({ data, shape: [count, ...shape] });
  const { codes, reconstruction, probabilities } = await onBackend("cpu", async () => {
    const x = tf.tensor(toUnitRange(samples, dataset.range), [count, ...itemShape]);
    const z = encode(x);
    const y = decode(...z);
    const p = classifier && classify(x);
    const shapes = [[codeSize], ...switchShapes];
    const read = await Promise.all(
      z.map(async (one, i) => {
        const data = (await one.data()) as Float32Array | Int32Array;
        return [codeNames[i], shaped(data, shapes[i] as number[])] as const;
      }),
    );
    const result = {
      codes: Object.fromEntries(read),
      reconstruction: shaped((await y.data()) as Float32Array, dataset.shape),
      probabilities: p && shaped((await p.data()) as Float32Array, p.shape.slice(1)),
    };
    tf.dispose([x, ...z, y, ...(p ? [p] : [])]);
    return result;
  });
  const graphs: PackageGraph[] = [
    {
      role: "encoder",
      fileName: "encoder.onnx",
      bytes: encoded.bytes,
      check: { feeds: { input: shaped(samples, dataset.shape) }, expected: codes },
    },
    {
      role: "decoder",
      fileName: "decoder.onnx",
      bytes: decoded.bytes,
      check: { feeds: codes, expected: { reconstruction } },
    },
  ];
  if (classified && probabilities) {
    graphs.push({
      role: "classifier",
      fileName: "classifier.onnx",
      bytes: classified.bytes,
      check: { feeds: { input: shaped(samples, dataset.shape) }, expected: { probabilities } },
    });
  }
  return writePackage({
    folder,
    name: config.name,
    input: { shape: dataset.shape, dtype: dataset.dtype, range: dataset.range, layout: "HWC" },
    codeSize,
    switches: switchShapes,
    graphs,
    ...(classifier ? { classes: classNamesOf(dataset) } : {}),
    training: {
      config,
      data: dataset.name,
      items: dataset.length,
      epochs: history.length,
      endedEarly: ended?.endedEarly ?? null,
      engine,
    },
    metrics: {
      loss: history.at(-1)?.loss,
      validationLoss: history.at(-1)?.validationLoss,
      best: ended?.best ?? null,
      ...(classifier ? { accuracy: phaseHistory.at(-1)?.accuracy } : {}),
    },
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
