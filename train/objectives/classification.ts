// The objective of a classifier: an encoder with a head of classes, trained on labels.
import * as tf from "@tensorflow/tfjs";
import type { Autoencoder } from "../architectures/index.ts";
import type { TrainConfig } from "../config/index.ts";
import { corrupt } from "../corruptions/index.ts";
import type { Classifier } from "../procedures/classifier.ts";
import type { StepRandom } from "../random/step-random.ts";
import { namedWeights } from "./autoencoding.ts";
import type { Objective } from "./objective.ts";

/**
 * Softmax cross-entropy of an item's class. The trained autoencoder's weights are among the state, so that a resumed
 * run has both.
 *
 * @param dataShape the items' own shape, which corruptions work in
 */
export function classification(
  classifier: Classifier,
  autoencoder: Autoencoder,
  config: TrainConfig,
  dataShape: readonly number[],
): Objective {
  const { encoder, head } = classifier;
  const trained = config.classifier.freeze ? [head] : [encoder, head];
  const corruption = config.classifier.corrupt ? config.corruption : ({ kind: "none" } as const);
  const logits = (x: tf.Tensor, training: boolean, random?: StepRandom) => {
    const frozen = config.classifier.freeze;
    const [codes] = [encoder.apply(x, { training: training && !frozen, random })].flat();
    return head.apply(codes as tf.Tensor, { training, random }) as tf.Tensor2D;
  };
  return {
    itemShape: autoencoder.itemShape,
    takesLabels: true,
    trainable: trained.flatMap((model) =>
      model.trainableWeights.map((weight) => weight.read() as tf.Variable),
    ),
    weights: new Map([
      ...namedWeights(autoencoder),
      ...[encoder, head].flatMap((model, part) =>
        model.weights.map(
          (weight, i) =>
            [`classifier/${part === 0 ? "encoder" : "head"}/${i}`, weight.read() as tf.Variable] as const,
        ),
      ),
    ]),
    train(items, random, labels) {
      const flat = items.reshape([items.shape[0] as number, -1]) as tf.Tensor2D;
      const { values } = corrupt({ values: flat, shape: dataShape }, corruption, random);
      return { loss: crossEntropy(logits(values.reshape(items.shape), true, random), labels) };
    },
    measure(items, labels) {
      const given = logits(items, false);
      return {
        loss: crossEntropy(given, labels),
        accuracy: given.argMax(1).equal(wanted(labels)).toFloat().mean(),
      };
    },
  };
}

/** Mean of log Σ exp(z) − z of the label. */
function crossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D | undefined): tf.Scalar {
  const chosen = tf.oneHot(wanted(labels), logits.shape[1]).mul(logits).sum(1);
  return tf.logSumExp(logits, 1).sub(chosen).mean();
}

function wanted(labels: tf.Tensor1D | undefined): tf.Tensor1D {
  if (!labels) throw new Error("a classifier is trained without labels");
  return labels;
}
