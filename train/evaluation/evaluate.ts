// evaluate(): a package measured on data, beside principal components.

import { EvaluationError } from "../errors.ts";
import { openPool } from "../run/pool.ts";
import { type Metric, metrics } from "./metrics.ts";
import type { Evaluation } from "./result.ts";
import type { EvaluationEvent, EvaluationTask } from "./task.ts";

export type { EvaluationEvent } from "./task.ts";

export interface EvaluateOptions {
  /** Source of the items that all is measured on. Default: `mnist:test` for MNIST, else those kept for validation. */
  readonly test?: string;
  /** Source that PCA and the classifiers are fitted on. Default: what the model was trained on. */
  readonly train?: string;
  /** What to measure. Default: all that can be; what is named here and can't be is an error. */
  readonly metrics?: readonly Metric[];
  /** Neighbours that vote in k-NN. Default 5. */
  readonly neighbours?: number;
  /** Test items on which trustworthiness, t-SNE and UMAP are computed. Default 2,000. */
  readonly sample?: number;
  /** Labels (numbers, or names of classes) that are no outliers. Without them outliers are not measured. */
  readonly normal?: readonly string[];
  /** Measure t-SNE and UMAP of the sample as well, which takes a minute or so. Default false. */
  readonly references?: boolean;
  /** The sample, t-SNE and UMAP follow from it. Default 1. */
  readonly seed?: number;
  /** Called with what is under way, several times for what takes long. */
  readonly onEvent?: (event: EvaluationEvent) => void;
  /** Ends the evaluation soon; it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Measures a package in a worker thread: reconstruction, codes as features, maps, outliers; and PCA with as many numbers
 * on the same items.
 *
 *     const { systems } = await evaluate("runs/mnist/package", { test: "mnist:test" });
 *     console.log(systems.autoencoder.sse, systems.pca?.sse);
 *
 * @throws EvaluationError, and the errors of packages and data sources
 */
export async function evaluate(packageFolder: string, options: EvaluateOptions = {}): Promise<Evaluation> {
  const { onEvent = () => {}, signal, ...rest } = options;
  const { neighbours = 5, sample = 2000, seed = 1, references = false, normal } = rest;
  checkOptions(rest);
  const task: Omit<EvaluationTask, "port"> = {
    packageFolder,
    train: rest.train,
    test: rest.test,
    metrics: rest.metrics,
    ...{ neighbours, sample, normal, references, seed },
  };
  const pool = openPool(import.meta.url, "evaluator", 1);
  try {
    return await pool.run<typeof task, EvaluationEvent, Evaluation>(task, { onEvent, signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await pool.close();
  }
}

function checkOptions(options: Omit<EvaluateOptions, "onEvent" | "signal">): void {
  const known = ["test", "train", "metrics", "neighbours", "sample", "normal", "references", "seed"];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new EvaluationError(`options: unknown option ${unknown}; known here: ${known.join(", ")}`);
  }
  const wrong = options.metrics?.find((metric) => !metrics.includes(metric));
  if (wrong !== undefined) {
    throw new EvaluationError(
      `metrics: holds ${JSON.stringify(wrong)}; expected some of ${metrics.join(", ")}`,
    );
  }
  for (const [name, least] of [
    ["neighbours", 1],
    ["sample", 30],
  ] as const) {
    const value = options[name];
    if (value === undefined || (Number.isSafeInteger(value) && value >= least)) continue;
    throw new EvaluationError(`${name} is ${value}; expected a whole number, at least ${least}`);
  }
  if (options.metrics?.includes("outliers") && !options.normal?.length) {
    throw new EvaluationError(
      "metrics: holds outliers without labels that are normal; expected some, as in --normal 0,1",
    );
  }
}
