// Keeps the k largest units of a code.
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, inputOf, isTraining } from "./call.ts";
import { detach } from "./detach.ts";

export interface TopKOptions {
  /** Units kept in training. */
  readonly k: number;
  /** Units kept otherwise. */
  readonly testK: number;
  readonly name: string;
}

/** Makhzani & Frey 2013: all but the k largest activations of an item become 0. Equal ones stay together. */
export class TopK extends tf.layers.Layer {
  static className = "TopK";
  private readonly options: TopKOptions;

  constructor(options: TopKOptions) {
    super({ name: options.name });
    this.options = options;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor {
    const { k, testK } = this.options;
    return tf.tidy(() => {
      const codes = inputOf(inputs);
      const given = detach(codes);
      const { values } = tf.topk(given, isTraining(kwargs) ? k : testK);
      return codes.mul(given.greaterEqual(values.min(-1, true)).toFloat());
    });
  }
}
