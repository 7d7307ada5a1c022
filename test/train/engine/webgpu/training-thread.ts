// A worker thread that trains a few steps on the engine named in workerData and posts the last loss.
import { parentPort, workerData } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { type EngineChoice, openEngine } from "../../../../train/engine/index.ts";
import { denseAutoencoder } from "../models.ts";

const { engine } = await openEngine(workerData as EngineChoice);
const model = denseAutoencoder();
const optimizer = tf.train.adam(0.01);
const step = engine.compile((x: tf.Tensor) =>
  optimizer.minimize(() => tf.losses.meanSquaredError(x, model.apply(x) as tf.Tensor) as tf.Scalar, true),
);
const x = tf.fill([8, 12], 0.25);
let last = Number.NaN;
for (let i = 0; i < 8; i++) {
  const [loss] = step(x) as [tf.Tensor];
  last = (await engine.read(loss))[0] as number;
  loss.dispose();
}
parentPort?.postMessage(last);
await engine.dispose();
