// Penalties on the size of codes.
import type * as tf from "@tensorflow/tfjs";
import type { Penalty } from "./penalty.ts";

/** Σ|h| over the units, mean over items. */
export const l1: Penalty<"l1"> = ({ codes }) => codes.abs().sum(1).mean() as tf.Scalar;

/** Σh² over the units, mean over items. */
export const l2: Penalty<"l2"> = ({ codes }) => codes.square().sum(1).mean() as tf.Scalar;
