// The objective of an autoencoder: architecture × corruption × penalty × loss.
import * as tf from "@tensorflow/tfjs";
import type { Autoencoder } from "../architectures/index.ts";
import type { TrainConfig } from "../config/index.ts";
import { corrupt } from "../corruptions/index.ts";
import { lossOf } from "../losses.ts";
import { penaltyOf } from "../penalties/index.ts";
import type { StepRandom } from "../random/step-random.ts";
import { activeUnits } from "./active-units.ts";
import type { Measured, Objective, Parts } from "./objective.ts";

/**
 * Items are corrupted and encoded; the decoder's output is compared with the clean items.
 *
 * @param dataShape the items' own shape, which corruptions work in
 */
export function autoencoding(
  autoencoder: Autoencoder,
  config: TrainConfig,
  dataShape: readonly number[],
): Objective {
  const { encoder, decoder, itemShape } = autoencoder;
  const loss = lossOf(config.loss, autoencoder.output);
  const active = activeUnits(config);
  const reconstruct = (x: tf.Tensor, training: boolean, random?: StepRandom, warmth?: tf.Scalar) => {
    const [codes, ...switches] = [encoder.apply(x, { training, random, warmth })].flat() as tf.Tensor[];
    const given = switches.length > 0 ? [codes as tf.Tensor, ...switches] : (codes as tf.Tensor);
    return { codes: codes as tf.Tensor2D, output: decoder.apply(given, { training, random }) as tf.Tensor };
  };
  return {
    itemShape,
    trainable: [encoder, decoder].flatMap((model) =>
      model.trainableWeights.map((weight) => weight.read() as tf.Variable),
    ),
    weights: namedWeights(autoencoder),
    train(items, random, _labels, weight): Parts {
      const clean = flat(items);
      const { values, mask } = corrupt({ values: clean, shape: dataShape }, config.corruption, random);
      const given = values.reshape(items.shape);
      const { codes, output } = reconstruct(given, true, random, weight);
      return {
        loss: loss(clean, flat(output), emphasisOf(config, mask)),
        penalty: penaltyOf({ autoencoder, items: given, codes, random }, config.penalty),
      };
    },
    measure(items): Measured {
      const { codes, output: given } = reconstruct(items, false);
      const [clean, output] = [flat(items), flat(given)];
      const values = autoencoder.output === "sigmoid" ? tf.sigmoid(output) : output;
      const on = active(codes);
      return {
        loss: loss(clean, output),
        code: {
          active: on.sum(1).mean(),
          everActive: on.max(0),
          residual: values.sub(clean).square().sum(),
          cosine: cosines(clean, values).mean(),
        },
      };
    },
  };
}

/** Weights under names that do not depend on what else the process has built. */
export function namedWeights({ encoder, decoder }: Autoencoder): ReadonlyMap<string, tf.Variable> {
  return new Map(
    Object.entries({ encoder, decoder }).flatMap(([part, model]) =>
      model.weights.map((weight, i) => [`${part}/${i}`, weight.read() as tf.Variable] as const),
    ),
  );
}

/** [batch, values]: ONNX Runtime is slow with numbers and images whose last dimension is 1. */
function flat(x: tf.Tensor): tf.Tensor2D {
  return x.reshape([x.shape[0] as number, -1]);
}

/** α on corrupted values and β on the others; nothing where both are 1. */
function emphasisOf({ corruption }: TrainConfig, mask: tf.Tensor): tf.Tensor | undefined {
  const emphasis = "emphasis" in corruption ? corruption.emphasis : undefined;
  if (!emphasis || (emphasis.corrupted === 1 && emphasis.clean === 1)) return undefined;
  return mask.mul(emphasis.corrupted - emphasis.clean).add(emphasis.clean);
}

/** Of each item; 0 where one of the two is 0 everywhere. */
function cosines(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor1D {
  const norms = x.square().sum(1).mul(y.square().sum(1)).sqrt();
  return x.mul(y).sum(1).div(norms.maximum(1e-12));
}
