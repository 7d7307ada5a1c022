// Adam, and Adamax, its variant with the infinity norm.
import * as tf from "@tensorflow/tfjs";
import type { UpdateRule } from "./rule.ts";

export interface AdamOptions {
  /** Decay of the mean gradient; 0.9 unless told. */
  readonly beta1?: number;
  /** Decay of the mean squared gradient (Adamax: of the largest); 0.999 unless told. */
  readonly beta2?: number;
  /** Added to the denominator; 1e-7 unless told. */
  readonly epsilon?: number;
}

/**
 * Kingma & Ba 2015, algorithm 1 in the order of the end of its section 2: the bias is corrected in the step size,
 * lr·sqrt(1 - β₂ᵗ)/(1 - β₁ᵗ), which leaves fewer passes over the weights.
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: AdamOptions = {}): UpdateRule {
  return {
    slots: { mean: 0, square: 0 },
    powers: { beta1, beta2 },
    step(gradient, { mean, square }, rate, { beta1: power1, beta2: power2 }) {
      const [m, v] = [mean as tf.Variable, square as tf.Variable];
      const one = tf.scalar(1);
      const corrected = rate.mul(one.sub(power2 as tf.Scalar).sqrt()).div(one.sub(power1 as tf.Scalar));
      m.assign(m.mul(beta1).add(gradient.mul(1 - beta1)));
      v.assign(v.mul(beta2).add(gradient.square().mul(1 - beta2)));
      return m.div(v.sqrt().add(epsilon)).mul(corrected);
    },
  };
}

/** Kingma & Ba 2015, algorithm 2. */
export function adamax({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: AdamOptions = {}): UpdateRule {
  return {
    slots: { mean: 0, largest: 0 },
    powers: { beta1 },
    step(gradient, { mean, largest }, rate, { beta1: power1 }) {
      const [m, u] = [mean as tf.Variable, largest as tf.Variable];
      m.assign(m.mul(beta1).add(gradient.mul(1 - beta1)));
      u.assign(tf.maximum(u.mul(beta2), gradient.abs()));
      return m.div(u.add(epsilon)).mul(rate.div(tf.scalar(1).sub(power1 as tf.Scalar)));
    },
  };
}
