// What a run minimizes: the seam between the training loop and what is trained.
import type * as tf from "@tensorflow/tfjs";
import type { StepRandom } from "../random/step-random.ts";

export interface Parts {
  /** Mean over the batch. */
  readonly loss: tf.Scalar;
  /** Before its weight; what is minimized is loss + weight · penalty. */
  readonly penalty?: tf.Scalar | undefined;
}

/** What is measured of a batch outside of training, in one go on the device. */
export interface Measured {
  readonly loss: tf.Scalar;
  /** Of autoencoders. */
  readonly code?: MeasuredCode;
  /** Of classifiers: share of the items whose class is found. */
  readonly accuracy?: tf.Scalar;
}

export interface MeasuredCode {
  /** Active units per item, mean over the batch. */
  readonly active: tf.Scalar;
  /** [code size]: 1 for units that are active on some item of the batch, else 0. */
  readonly everActive: tf.Tensor1D;
  /** Squared error, summed over items and elements. */
  readonly residual: tf.Scalar;
  /** Cosine of the angle between an item and its reconstruction, mean over the batch. */
  readonly cosine: tf.Scalar;
}

/**
 * Both are functions of items [batch, ...itemShape], scaled to [0, 1], and of their labels [batch], int32, where the
 * data has them; they are compiled.
 */
export interface Objective {
  readonly itemShape: readonly number[];
  /** Whether they are given the items' labels. */
  readonly takesLabels?: boolean;
  /** What an optimizer may change. */
  readonly trainable: readonly tf.Variable[];
  /** All weights, the ones that are not trained too (moving averages), under names that stay the same. */
  readonly weights: ReadonlyMap<string, tf.Variable>;
  /** @param weight the penalty's; of `topk` the share of its warm-up that is over */
  train(items: tf.Tensor, random: StepRandom, labels?: tf.Tensor1D, weight?: tf.Scalar): Parts;
  measure(items: tf.Tensor, labels?: tf.Tensor1D): Measured;
}
