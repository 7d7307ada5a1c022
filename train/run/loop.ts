// The training loop: batches through the compiled step, epoch by epoch.
import * as tf from "@tensorflow/tfjs";
import { type Batch, batches, type Dataset, itemSize } from "../../data/index.ts";
import type { Autoencoder } from "../architectures/index.ts";
import type { TrainConfig } from "../config.ts";
import { compile } from "../engine/onnx/compile.ts";
import { DivergedError, StoppedError } from "../errors.ts";
import { losses } from "../losses.ts";
import { Adam } from "../optimizers/adam.ts";
import { schedules } from "../schedules.ts";
import type { ProgressEvent } from "./progress.ts";

/** Milliseconds between two progress events. */
const INTERVAL = 100;

export interface LoopHooks {
  onProgress(event: ProgressEvent): void;
  /** Asked before every step. */
  shouldStop(): boolean;
}

export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean training loss. */
  readonly loss: number;
  readonly seconds: number;
  readonly itemsPerSecond: number;
  readonly learningRate: number;
}

/**
 * Trains in place. Items are brought to [0, 1] by the dataset's range.
 *
 * @throws DivergedError when a loss is not finite
 * @throws StoppedError when `shouldStop` says so
 */
export async function trainLoop(
  { encoder, decoder }: Autoencoder,
  dataset: Dataset,
  config: TrainConfig,
  hooks: LoopHooks,
): Promise<EpochRecord[]> {
  const loss = losses[config.loss];
  const schedule = schedules[config.optimizer.schedule];
  const optimizer = new Adam();
  const variables = [encoder, decoder].flatMap((model) =>
    model.trainableWeights.map((w) => w.read() as tf.Variable),
  );
  const step = compile((x: tf.Tensor2D, learningRate: tf.Scalar) =>
    optimizer.minimize(
      () => loss(x, decoder.apply(encoder.apply(x, { training: true }), { training: true }) as tf.Tensor2D),
      learningRate,
      variables,
    ),
  );
  const stepsPerEpoch = Math.ceil(dataset.length / config.batchSize);
  const history: EpochRecord[] = [];
  let steps = 0;
  try {
    for (let epoch = 1; epoch <= config.epochs; epoch++) {
      const started = performance.now();
      let reported = started;
      let sum = 0;
      let items = 0;
      let learningRate = 0;
      const order = { batchSize: config.batchSize, shuffle: true, seed: config.seed, epoch };
      for await (const batch of batches(dataset, order)) {
        if (hooks.shouldStop()) throw new StoppedError(epoch, steps);
        learningRate = config.optimizer.learningRate * schedule(steps / (stepsPerEpoch * config.epochs));
        const value = runStep(step, dataset, batch, learningRate);
        steps++;
        if (!Number.isFinite(value)) throw new DivergedError(value, epoch, steps, learningRate);
        const count = batch.indices.length;
        sum += value * count;
        items += count;
        const now = performance.now();
        if (now - reported > INTERVAL || items === dataset.length) {
          reported = now;
          const progress = { epoch, items, epochItems: dataset.length, loss: sum / items, learningRate };
          hooks.onProgress({ type: items === dataset.length ? "epoch" : "step", ...progress });
        }
      }
      const seconds = (performance.now() - started) / 1000;
      history.push({ epoch, loss: sum / items, seconds, itemsPerSecond: items / seconds, learningRate });
    }
  } finally {
    step.dispose();
    optimizer.dispose();
  }
  return history;
}

function runStep(
  step: (x: tf.Tensor2D, learningRate: tf.Scalar) => tf.Tensor[],
  dataset: Dataset,
  batch: Batch,
  learningRate: number,
): number {
  const x = tf.tensor2d(toUnitRange(batch.data, dataset.range), [
    batch.indices.length,
    itemSize(dataset.shape),
  ]);
  const rate = tf.scalar(learningRate);
  const [loss] = step(x, rate);
  const value = (loss as tf.Tensor).dataSync()[0] as number;
  tf.dispose([x, rate, loss as tf.Tensor]);
  return value;
}

/** Raw values brought linearly from the dataset's range to [0, 1]. */
export function toUnitRange(
  data: Uint8Array | Float32Array,
  [low, high]: readonly [number, number],
): Float32Array {
  const scale = 1 / (high - low);
  const scaled = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) scaled[i] = ((data[i] as number) - low) * scale;
  return scaled;
}
