// What a reconstruction is measured by.
import * as tf from "@tensorflow/tfjs";
import type { TrainConfig } from "./config/index.ts";

/** Loss of logits against targets in [0, 1], both [batch, item size]: a scalar, mean over items and elements. */
export type Loss = (target: tf.Tensor2D, logits: tf.Tensor2D) => tf.Scalar;

const mse: Loss = (target, logits) => tf.sigmoid(logits).sub(target).square().mean();

/** max(z, 0) - z·t + log(1 + exp(-|z|)): cross-entropy of sigmoid(z) that neither overflows nor takes log(0). */
const bce: Loss = (target, logits) =>
  tf.relu(logits).sub(logits.mul(target)).add(tf.exp(logits.abs().neg()).log1p()).mean();

export const losses: Readonly<Record<TrainConfig["loss"], Loss>> = { mse, bce };
