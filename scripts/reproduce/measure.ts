// What experiments measure of a package, by the runtime that apps use.
import { type Dataset, type ItemArray, openSource } from "../../data/index.ts";
import { loadRuntime, type Runtime } from "../../runtime/index.ts";
import { useOnnxEngine } from "../../train/engine/onnx/use.ts";
import { chooseC } from "../../train/evaluation/choose-c.ts";
import { probe } from "../../train/evaluation/probe.ts";
import type { Scores } from "../../train/evaluation/result.ts";
import { type EvaluateOptions, evaluate, type Metric } from "../../train/index.ts";
import { toUnitRange } from "../../train/run/scale.ts";

/** Opens a package and all items of a source, measures, and lets go of both. */
export async function measureOn<T>(
  packageFolder: string,
  source: string,
  measure: (runtime: Runtime, items: ItemArray, dataset: Dataset) => Promise<T>,
): Promise<T> {
  const dataset = await openSource(source);
  const runtime = await loadRuntime(packageFolder);
  try {
    return await measure(runtime, await dataset.read(0, dataset.length), dataset);
  } finally {
    await runtime.dispose();
    await dataset.close?.();
  }
}

/** Squared error summed over an item's values (in the model's range), mean over all items of a source. */
export async function sse(packageFolder: string, source: string): Promise<number> {
  return measureOn(packageFolder, source, async (runtime, items) => {
    const { reconstruction, error } = await runtime.reconstruct(items);
    const size = reconstruction.data.length / error.length;
    return (size * error.reduce((sum, one) => sum + one, 0)) / error.length;
  });
}

/** Share of MNIST's test images, in %, whose class the package's classifier does not find. */
export async function errorRate(packageFolder: string): Promise<number> {
  return 100 * (1 - (await scoreOf(packageFolder, "classifier", "classifierAccuracy")));
}

/**
 * Binary cross-entropy per value, natural logarithm, mean over all items of a source. Reconstructions are kept 1e-7 from
 * 0 and 1, as Keras keeps them.
 */
export async function crossEntropy(packageFolder: string, source: string): Promise<number> {
  return measureOn(packageFolder, source, async (runtime, given, { range }) => {
    const { reconstruction } = await runtime.reconstruct(given);
    const items = toUnitRange(given, range);
    return reconstruction.data.reduce((sum, value, i) => {
      const [x, y] = [items[i] as number, Math.min(1 - 1e-7, Math.max(1e-7, value))];
      return sum - (x * Math.log(y) + (1 - x) * Math.log(1 - y)) / items.length;
    }, 0);
  });
}

/** A score of the package's codes that the evaluation must be able to give. */
export async function scoreOf(
  packageFolder: string,
  metric: Metric,
  score: Exclude<keyof Scores, "sampleLeaveOneOutAccuracy">,
  options: Omit<EvaluateOptions, "metrics"> = {},
): Promise<number> {
  const { systems, notes } = await evaluate(packageFolder, {
    test: "mnist:test",
    ...options,
    metrics: [metric],
  });
  const value = systems.autoencoder[score];
  if (value === null) throw new Error(`${score} was not measured: ${notes.join("; ")}`);
  return value;
}

/**
 * MNIST's test images classified by logistic regression on the package's codes of the training images, all divided by one
 * number; the regression's penalty is chosen on a sixth of those.
 */
export async function tunedProbe(packageFolder: string): Promise<{ accuracy: number; c: number }> {
  const read = (source: string) =>
    measureOn(packageFolder, source, async (runtime, items, { labels = [] }) => {
      const { data, shape } = await runtime.encode(items);
      return { codes: data, labels, size: shape[1] as number };
    });
  const [train, test] = [await read("mnist:train"), await read("mnist:test")];
  const engine = await useOnnxEngine();
  try {
    const { c } = await chooseC(train, train.size, { scale: "all" });
    const { accuracy } = await probe(train, test, train.size, { c, scale: "all" });
    return { accuracy, c };
  } finally {
    engine.dispose();
  }
}
