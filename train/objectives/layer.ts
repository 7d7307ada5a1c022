// The objective of one layer in greedy pretraining: restore what the layers below give.
import type * as tf from "@tensorflow/tfjs";
import type { Autoencoder, LayerPair } from "../architectures/index.ts";
import type { TrainConfig } from "../config/index.ts";
import { corrupt } from "../corruptions/index.ts";
import { lossOf } from "../losses.ts";
import { namedWeights } from "./autoencoding.ts";
import type { Objective } from "./objective.ts";

/**
 * Layer `index` of the encoder and its mirror image in the decoder, on the (corrupted) output of the layers below,
 * which stay as they are (Vincent et al. 2010, section 3). The lowest layer has the run's own loss; those above have
 * cross-entropy where their inputs are sigmoids, else the squared error.
 */
export function layerPretraining(
  autoencoder: Autoencoder,
  pairs: readonly LayerPair[],
  index: number,
  config: TrainConfig,
): Objective {
  const pair = pairs[index] as LayerPair;
  const below = pairs.slice(0, index).map(({ encoder }) => encoder);
  const lowest = index === 0;
  const sigmoids = pairs[index - 1]?.activation === "sigmoid";
  const loss = lowest
    ? lossOf(config.loss, autoencoder.output)
    : lossOf(sigmoids ? "bce" : "mse", sigmoids ? "sigmoid" : "linear");
  const inputOf = (items: tf.Tensor) =>
    below.reduce((x, layer) => layer.apply(x) as tf.Tensor, items) as tf.Tensor2D;
  const restore = (given: tf.Tensor) => {
    const hidden = pair.encoder.apply(given) as tf.Tensor;
    // The decoder's own layer ends in an activation; cross-entropy is computed from what goes into it.
    return lowest || !sigmoids ? (pair.decoder.apply(hidden) as tf.Tensor) : beforeActivation(pair, hidden);
  };
  return {
    itemShape: autoencoder.itemShape,
    trainable: [pair.encoder, pair.decoder].flatMap((layer) =>
      layer.trainableWeights.map((weight) => weight.read() as tf.Variable),
    ),
    weights: namedWeights(autoencoder),
    train(items, random) {
      const clean = inputOf(items);
      const shape = clean.shape.slice(1);
      const { values } = corrupt({ values: clean, shape }, config.corruption, random);
      return { loss: loss(clean, restore(values)) };
    },
    measure(items) {
      const clean = inputOf(items);
      return { loss: loss(clean, restore(clean)) };
    },
  };
}

/** x·kernel + bias of a dense layer. */
function beforeActivation({ decoder }: LayerPair, x: tf.Tensor): tf.Tensor {
  const [kernel, bias] = decoder.weights.map((weight) => weight.read());
  if (!kernel || !bias) throw new Error(`layer ${decoder.name} has no kernel and bias`);
  return x.matMul(kernel).add(bias);
}
