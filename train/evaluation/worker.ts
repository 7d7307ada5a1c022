// The evaluation's worker: compares codes with principal components, off the main thread.
import type { MessagePort } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { openSource } from "../../data/index.ts";
import { useOnnxEngine } from "../engine/onnx/use.ts";
import { carryErrors, type Outcome } from "../run/remote-error.ts";
import { toUnitRange } from "../run/scale.ts";
import { knnAccuracy } from "./knn.ts";
import { fitPca, projectPca } from "./pca.ts";

export interface ComparisonTask {
  /** Sources with labels: the points that vote, and the queries. */
  readonly trainSource: string;
  readonly testSource: string;
  /** Their codes: [rows, codeSize]. */
  readonly trainCodes: Float32Array;
  readonly testCodes: Float32Array;
  readonly codeSize: number;
  /** Neighbours that vote. */
  readonly neighbours: number;
  readonly port: MessagePort;
}

export interface Comparison {
  /** Squared error summed over an item, mean over the test items. */
  readonly pcaTestSse: number;
  /** Shares, 0 to 1. */
  readonly pcaKnnAccuracy: number;
  readonly knnAccuracy: number;
}

export interface ComparisonEvent {
  readonly stage: string;
}

export default (task: ComparisonTask): Promise<Outcome<Comparison>> => carryErrors(() => compare(task));

async function compare(task: ComparisonTask): Promise<Comparison> {
  const { codeSize, neighbours, port } = task;
  // Without it tfjs advises, on standard error, to install other backends.
  tf.enableProdMode();
  const engine = await useOnnxEngine();
  const stage = (text: string) => port.postMessage({ stage: text } satisfies ComparisonEvent);
  try {
    const train = await labelled(task.trainSource);
    const test = await labelled(task.testSource);
    const accuracy = (trainCodes: Float32Array, testCodes: Float32Array) =>
      knnAccuracy(
        { codes: trainCodes, labels: train.labels },
        { codes: testCodes, labels: test.labels },
        codeSize,
        neighbours,
      );
    stage(`${neighbours} nearest neighbours of the codes`);
    const ofCodes = await accuracy(task.trainCodes, task.testCodes);
    stage(`principal components of ${task.trainSource}`);
    const pca = await fitPca(train.rows, train.features, codeSize);
    const [trainPca, testPca] = [await projectPca(pca, train.rows), await projectPca(pca, test.rows)];
    stage(`${neighbours} nearest neighbours of the principal components`);
    return {
      knnAccuracy: ofCodes,
      pcaKnnAccuracy: await accuracy(trainPca.codes, testPca.codes),
      pcaTestSse: testPca.squaredErrors.reduce((sum, error) => sum + error, 0) / testPca.squaredErrors.length,
    };
  } finally {
    port.close();
    engine.dispose();
  }
}

async function labelled(source: string) {
  const dataset = await openSource(source);
  const rows = toUnitRange(await dataset.read(0, dataset.length), dataset.range);
  if (!dataset.labels) throw new Error(`source ${source} has no labels`);
  return { rows, labels: dataset.labels, features: rows.length / dataset.length };
}
