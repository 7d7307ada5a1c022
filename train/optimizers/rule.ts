// What tells one optimizer from another: the slots it keeps and how a gradient becomes a step.
import type * as tf from "@tensorflow/tfjs";

/** Per-variable state by name, of the variable's shape. */
export type Slots = Readonly<Record<string, tf.Variable>>;

/** Numbers that are multiplied by a constant in every step, as β₁ᵗ; they hold the current step's power. */
export type Powers = Readonly<Record<string, tf.Scalar>>;

export interface UpdateRule {
  /** Slots per variable, by name, and what their elements start at. */
  readonly slots: Readonly<Record<string, number>>;
  /** Bases of the powers, by name. */
  readonly powers: Readonly<Record<string, number>>;
  /** Assigns the slots and returns what to subtract from the variable. */
  step(gradient: tf.Tensor, slots: Slots, rate: tf.Scalar, powers: Powers): tf.Tensor;
}
