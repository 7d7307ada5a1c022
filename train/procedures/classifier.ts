// A classifier: a copy of the encoder with a head that gives one logit per class.
import * as tf from "@tensorflow/tfjs";
import { type Autoencoder, buildAutoencoder } from "../architectures/index.ts";
import { chain, LayerFactory } from "../architectures/layer-factory.ts";
import type { TrainConfig } from "../config/index.ts";

export interface Classifier {
  /** Items → codes, with weights of its own: fine-tuning leaves the autoencoder as it is. */
  readonly encoder: tf.LayersModel;
  /** [batch, code size] → logits [batch, classes]. */
  readonly head: tf.LayersModel;
}

/** Tells the head's weights from the encoder's of the same seed. */
const HEAD_SEED = 0x4ead;

/**
 * The classifier of a config, with the encoder's initial weights; `startFrom` gives it those of a trained one.
 *
 * @param itemShape of the dataset's items
 */
export async function buildClassifier(
  config: TrainConfig,
  itemShape: readonly number[],
  classes: number,
): Promise<Classifier> {
  const { hidden, dropout } = config.classifier;
  const model = "dropout" in config.model ? { ...config.model, dropout } : config.model;
  const { encoder, decoder } = await buildAutoencoder({ ...config, model }, itemShape);
  decoder.dispose();
  const codeSize = encoder.outputs[0]?.shape[1] as number;
  const activation = "activation" in model ? model.activation : "relu";
  const initializer = "initializer" in model ? model.initializer : "glorotUniform";
  const make = new LayerFactory(config.seed + HEAD_SEED, { initializer, dropout });
  const codes = tf.input({ shape: [codeSize] });
  const logits = chain(codes, [
    ...hidden.flatMap((units, i) =>
      make.hidden(`head_${i + 1}`, activation, (args) => tf.layers.dense({ units, ...args })),
    ),
    make.dense(classes, "classes", "linear"),
  ]);
  return { encoder, head: tf.model({ inputs: codes, outputs: logits, name: "head" }) };
}

/** Copies the autoencoder's encoder into the classifier's. */
export function startFrom({ encoder }: Classifier, trained: Autoencoder): void {
  encoder.weights.forEach((weight, i) => {
    const source = trained.encoder.weights[i]?.read();
    if (!source) throw new Error(`the encoder has no weight ${i}`);
    (weight.read() as tf.Variable).assign(source);
  });
}
