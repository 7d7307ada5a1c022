// What a penalty is: a number that training makes smaller beside the loss.
import type * as tf from "@tensorflow/tfjs";
import type { Autoencoder } from "../architectures/index.ts";
import type { PenaltyConfig, PenaltyKind } from "../config/penalty.ts";
import type { StepRandom } from "../random/step-random.ts";

export type PenaltyOf<K extends PenaltyKind> = Extract<PenaltyConfig, { readonly kind: K }>;

/** What a penalty can be computed from. */
export interface PenaltyInput {
  readonly autoencoder: Autoencoder;
  /** What was encoded, corrupted where it is: [batch, ...itemShape]. */
  readonly items: tf.Tensor;
  /** [batch, code size]. */
  readonly codes: tf.Tensor2D;
  readonly random: StepRandom;
}

/** The penalty before its weight: a scalar, mean over the items of the batch. */
export type Penalty<K extends PenaltyKind> = (input: PenaltyInput, config: PenaltyOf<K>) => tf.Scalar;
