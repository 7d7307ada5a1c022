// What a corruption is: a change of items that depends on random numbers of the step.
import type * as tf from "@tensorflow/tfjs";
import type { CorruptionConfig, CorruptionKind, Strength } from "../config/corruption.ts";
import type { StepRandom } from "../random/step-random.ts";

export type CorruptionOf<K extends CorruptionKind> = Extract<CorruptionConfig, { readonly kind: K }>;

export interface Items {
  /** [batch, values], scaled to [0, 1]. Flat, as ONNX Runtime is slow with images of one channel. */
  readonly values: tf.Tensor2D;
  /** Of one item. */
  readonly shape: readonly number[];
}

export interface Corrupted {
  /** [batch, values]. */
  readonly values: tf.Tensor;
  /** [batch, values]: 1 where a value was corrupted, else 0. */
  readonly mask: tf.Tensor;
}

export type Corruption<K extends CorruptionKind> = (
  items: Items,
  config: CorruptionOf<K>,
  random: StepRandom,
) => Corrupted;

/** The strength of each item, [batch, 1]; a fixed one is a number. */
export function strengthOf(strength: Strength, { values }: Items, random: StepRandom): tf.Tensor | number {
  if (typeof strength === "number") return strength;
  const [low, high] = strength;
  return random
    .uniform([values.shape[0], 1])
    .mul(high - low)
    .add(low);
}

/** The complement of a mask. */
export function others(mask: tf.Tensor): tf.Tensor {
  return mask.mul(-1).add(1);
}
