// Fully connected autoencoder whose decoder has the encoder's kernels, transposed.
import * as tf from "@tensorflow/tfjs";
import { itemSize } from "../../data/index.ts";
import type { Activation } from "../config/model.ts";
import { StepDropout } from "../layers/dropout.ts";
import { TransposedDense } from "../layers/transposed-dense.ts";
import type { Architecture } from "./architecture.ts";
import { chain, LayerFactory } from "./layer-factory.ts";

/** Vincent et al. 2010, section 3.1: W′ = Wᵀ, with biases of its own. Half the weights of `dense`. */
export const tied: Architecture<"tied"> = ({ model, itemShape, seed, topK }) => {
  const { hidden, code, activation, codeActivation, output, dropout } = model;
  const size = itemSize(itemShape);
  const make = new LayerFactory(seed, model);
  const layer = make.dense(code, "code", codeActivation);
  const stages = hidden.map((units, i) =>
    make.hidden(`encoder_${i + 1}`, activation, (args) => tf.layers.dense({ units, ...args })),
  );
  const item = tf.input({ shape: [size] });
  const codes = chain(item, [...stages.flat(), layer, ...make.codeEnd(topK)]);

  const back = (of: tf.layers.Layer, name: string, kind: Activation) =>
    new TransposedDense({ of, name, activation: tf.layers.activation({ activation: kind }) });
  // The kernel of the code goes to the innermost hidden layer, the outermost layer's to the item.
  const kernels = [...stages.map(([first]) => first as tf.layers.Layer), layer].reverse();
  const mirrored = kernels.flatMap((of, i) => {
    if (i === kernels.length - 1) return [back(of, "reconstruction", "linear")];
    const name = `decoder_${i + 1}`;
    const dropped = dropout > 0 ? [new StepDropout({ rate: dropout, name: `${name}_dropout` })] : [];
    return [back(of, name, activation), ...dropped];
  });
  const given = tf.input({ shape: [code] });
  return {
    encoder: tf.model({ inputs: item, outputs: codes, name: "encoder" }),
    decoder: tf.model({ inputs: given, outputs: chain(given, mirrored), name: "decoder" }),
    itemShape: [size],
    output,
    ...(hidden.length === 0 ? { oneLayer: { layer, activation: codeActivation } } : {}),
  };
};
