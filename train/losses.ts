// What a reconstruction is measured by.
import * as tf from "@tensorflow/tfjs";
import type { TrainConfig } from "./config/index.ts";

/** Loss of each element: targets in [0, 1] against logits, or against values where the output is linear. */
type ElementLoss = (target: tf.Tensor, output: tf.Tensor) => tf.Tensor;

type LossName = TrainConfig["loss"];
type Output = TrainConfig["model"]["output"];

const squared: ElementLoss = (target, values) => values.sub(target).square();

/** max(z, 0) - z·t + log(1 + exp(-|z|)): cross-entropy of sigmoid(z) that neither overflows nor takes log(0). */
const crossEntropy: ElementLoss = (target, logits) =>
  tf.relu(logits).sub(logits.mul(target)).add(tf.exp(logits.abs().neg()).log1p());

const losses: Readonly<Record<LossName, Partial<Record<Output, ElementLoss>>>> = {
  mse: { sigmoid: (target, logits) => squared(target, tf.sigmoid(logits)), linear: squared },
  bce: { sigmoid: crossEntropy },
};

/** Mean over items and elements; with `weights`, which broadcast to the elements, of the weighted elements. */
export type Loss = (target: tf.Tensor, output: tf.Tensor, weights?: tf.Tensor) => tf.Scalar;

/** The loss of that name for decoders of that output. Configs that have `bce` with a linear output are refused before. */
export function lossOf(name: LossName, output: Output): Loss {
  const elements = losses[name][output];
  if (!elements) throw new Error(`there is no loss ${name} of a ${output} output`);
  return (target, values, weights) => {
    const each = elements(target, values);
    return (weights ? each.mul(weights) : each).mean();
  };
}
