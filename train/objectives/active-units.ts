// Which units of a code count as active.
import type * as tf from "@tensorflow/tfjs";
import type { TrainConfig } from "../config/index.ts";

/** Above it a unit is on that is exactly 0 when it is off. */
const OFF = 0;
/** Sigmoid units are rates: on when that is likelier than off. */
const RATE = 0.5;
/** Other units are never exactly 0: what is smaller says nothing. */
const SMALL = 1e-3;

/** Codes [batch, code size] → 1 for active units, else 0. */
export function activeUnits({ model, penalty }: TrainConfig): (codes: tf.Tensor2D) => tf.Tensor {
  const activation = "codeActivation" in model ? model.codeActivation : "linear";
  if (activation === "sigmoid") return (codes) => codes.greater(RATE).toFloat();
  const least = activation === "relu" || penalty.kind === "topk" ? OFF : SMALL;
  return (codes) => codes.abs().greater(least).toFloat();
}
