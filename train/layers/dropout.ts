// Dropout whose masks come from the step's own random numbers, so that the step stays compiled.
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, inputOf, isTraining, randomOf } from "./call.ts";

/** Srivastava et al. 2014, inverted: what is kept is scaled up in training, nothing is done after. */
export class StepDropout extends tf.layers.Layer {
  static className = "StepDropout";
  private readonly rate: number;

  /** @param rate share of units set to 0, below 1 */
  constructor({ rate, name }: { readonly rate: number; readonly name: string }) {
    super({ name });
    this.rate = rate;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor {
    const x = inputOf(inputs);
    if (!isTraining(kwargs)) return x.clone();
    return tf.tidy(() => {
      const kept = randomOf(kwargs, this.name).uniform(x.shape).greater(this.rate);
      return x.mul(kept.toFloat().mul(1 / (1 - this.rate)));
    });
  }
}
