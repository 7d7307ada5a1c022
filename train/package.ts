// Turns trained models into a package folder.
import * as tf from "@tensorflow/tfjs";
import { type Dataset, itemSize } from "../data/index.ts";
import { toOnnx } from "../export/onnx/index.ts";
import {
  type PackageGraph,
  type Samples,
  type WrittenPackage,
  writePackage,
} from "../export/package/index.ts";
import type { TrainConfig } from "./config/index.ts";
import { checkedItems } from "./packaging/checked-items.ts";
import { codeShapes, type GraphProgram, type Models, programsOf } from "./packaging/programs.ts";
import { classNamesOf } from "./procedures/labelled.ts";
import { toUnitRange } from "./run/scale.ts";
import type { RunState } from "./run/state.ts";

/**
 * Writes encoder, decoder and, where there is one, the classifier. What they should give is computed by
 * tfjs-backend-cpu, which shares no code with ONNX Runtime.
 */
export async function packageModels(
  models: Models,
  dataset: Dataset,
  config: TrainConfig,
  { history, phaseHistory, autoencoder: ended }: RunState,
  { folder, engine }: { readonly folder: string; readonly engine: string },
): Promise<WrittenPackage> {
  const { autoencoder, classifier } = models;
  const [codeShape, ...switches] = codeShapes(autoencoder);
  const codeSize = codeShape?.[0] as number;
  const programs = programsOf(models, dataset);
  const checks = await onBackend("cpu", async () =>
    checksOf(programs, await checkedItems(autoencoder, dataset), dataset),
  );
  const graphs: PackageGraph[] = [];
  for (const { role, inputs, outputNames, run } of programs) {
    const { bytes } = await toOnnx(run, inputs, { outputNames, graphName: role });
    const check = checks.get(role) as PackageGraph["check"];
    graphs.push({ role, fileName: `${role}.onnx`, bytes, check });
  }
  return writePackage({
    folder,
    name: config.name,
    input: { shape: dataset.shape, dtype: dataset.dtype, range: dataset.range, layout: "HWC" },
    codeSize,
    switches,
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

/** For each graph, real samples of its inputs and what tfjs's current backend makes of them. */
async function checksOf(
  programs: readonly GraphProgram[],
  items: Uint8Array | Float32Array,
  dataset: Dataset,
): Promise<Map<GraphProgram["role"], PackageGraph["check"]>> {
  const shape = [items.length / itemSize(dataset.shape), ...dataset.shape];
  const raw = { input: { data: items, shape } };
  const x = tf.tensor(toUnitRange(items, dataset.range), shape);
  const checks = new Map<GraphProgram["role"], PackageGraph["check"]>();
  const codes: tf.Tensor[] = [];
  for (const { role, outputNames, run } of programs) {
    const outputs = role === "decoder" ? run(...codes) : run(x);
    const named = outputs.map(async (output, i) => [outputNames[i], await samplesOf(output)] as const);
    const expected: Readonly<Record<string, Samples>> = Object.fromEntries(await Promise.all(named));
    const feeds = role === "decoder" ? (checks.get("encoder")?.expected ?? {}) : raw;
    checks.set(role, { feeds, expected });
    if (role === "encoder") codes.push(...outputs);
    else tf.dispose(outputs);
  }
  tf.dispose([x, ...codes]);
  return checks;
}

async function samplesOf(tensor: tf.Tensor): Promise<Samples> {
  return { data: (await tensor.data()) as Float32Array | Int32Array, shape: tensor.shape };
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
