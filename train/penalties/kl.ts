// Distance of each unit's mean activity from a target rate.
import type * as tf from "@tensorflow/tfjs";
import type { Penalty } from "./penalty.ts";

/** Rates are kept so far from 0 and 1 that logarithms stay finite. */
const MARGIN = 1e-6;

/** Σ ρ·log(ρ/ρ̂) + (1-ρ)·log((1-ρ)/(1-ρ̂)) over the units, ρ̂ being a unit's mean over the batch. */
export const kl: Penalty<"kl"> = ({ codes }, { target }) => {
  const rates = codes.mean(0).clipByValue(MARGIN, 1 - MARGIN);
  const entropy = target * Math.log(target) + (1 - target) * Math.log(1 - target);
  const cross = rates
    .log()
    .mul(target)
    .add(
      rates
        .mul(-1)
        .add(1)
        .log()
        .mul(1 - target),
    );
  return cross.mul(-1).add(entropy).sum() as tf.Scalar;
};
