// Optimizers that divide each weight's step by the size of its gradients so far.
import type * as tf from "@tensorflow/tfjs";
import type { UpdateRule } from "./rule.ts";

/** Duchi, Hazan & Singer 2011; sums of squares start at 0.1, as in tf.train.adagrad. */
export function adagrad({ initial = 0.1, epsilon = 1e-7 } = {}): UpdateRule {
  return {
    slots: { sum: initial },
    powers: {},
    step(gradient, { sum }, rate) {
      const s = sum as tf.Variable;
      s.assign(s.add(gradient.square()));
      return gradient.div(s.add(epsilon).sqrt()).mul(rate);
    },
  };
}

/**
 * Zeiler 2012, algorithm 1, with a learning rate in front. (tf.train.adadelta divides by the gradients before this one,
 * which makes its first steps thousands of times larger.)
 */
export function adadelta({ rho = 0.95, epsilon = 1e-7 } = {}): UpdateRule {
  return {
    slots: { square: 0, update: 0 },
    powers: {},
    step(gradient, { square, update }, rate) {
      const [s, u] = [square as tf.Variable, update as tf.Variable];
      s.assign(s.mul(rho).add(gradient.square().mul(1 - rho)));
      const step = u.add(epsilon).sqrt().div(s.add(epsilon).sqrt()).mul(gradient);
      u.assign(u.mul(rho).add(step.square().mul(1 - rho)));
      return step.mul(rate);
    },
  };
}

/** Hinton's RMSProp (lecture 6e of his 2012 course), with a share of momentum if asked, as in tf.train.rmsprop. */
export function rmsprop({ decay = 0.9, momentum = 0, epsilon = 1e-7 } = {}): UpdateRule {
  return {
    slots: { square: 0, velocity: 0 },
    powers: {},
    step(gradient, { square, velocity }, rate) {
      const [s, v] = [square as tf.Variable, velocity as tf.Variable];
      s.assign(s.mul(decay).add(gradient.square().mul(1 - decay)));
      v.assign(v.mul(momentum).add(gradient.mul(rate).div(s.add(epsilon).sqrt())));
      return v;
    },
  };
}
