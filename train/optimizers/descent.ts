// Plain gradient descent, with and without momentum.
import type * as tf from "@tensorflow/tfjs";
import type { UpdateRule } from "./rule.ts";

export function sgd(): UpdateRule {
  return { slots: {}, powers: {}, step: (gradient, _, rate) => gradient.mul(rate) };
}

/** Polyak 1964; with `nesterov` the look-ahead form of Sutskever et al. 2013, as in tf.train.momentum. */
export function momentum({ momentum: share = 0.9, nesterov = false } = {}): UpdateRule {
  return {
    slots: { velocity: 0 },
    powers: {},
    step(gradient, { velocity }, rate) {
      const v = velocity as tf.Variable;
      v.assign(v.mul(share).add(gradient));
      return (nesterov ? v.mul(share).add(gradient) : v).mul(rate);
    },
  };
}
