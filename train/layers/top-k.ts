// Keeps the k largest units of a code.
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, inputOf, isTraining, warmthOf } from "./call.ts";
import { detach } from "./detach.ts";

export interface TopKOptions {
  /** Units kept in training. */
  readonly k: number;
  /** Units kept at the beginning of training; from there to `k` as the step's warmth says. Default `k`. */
  readonly firstK?: number;
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
      const training = isTraining(kwargs);
      const warmth = training ? warmthOf(kwargs) : undefined;
      const least = warmth
        ? this.falling(given, warmth)
        : tf.topk(given, training ? k : testK).values.min(-1, true);
      return codes.mul(given.greaterEqual(least).toFloat());
    });
  }

  /** The smallest of the units kept, whose number goes in a straight line from `firstK` to `k`. */
  private falling(given: tf.Tensor, warmth: tf.Scalar): tf.Tensor {
    const { k, firstK = k } = this.options;
    const first = Math.min(firstK, given.shape.at(-1) as number);
    const { values } = tf.topk(given, first);
    if (first <= k) return values.min(-1, true);
    const last = warmth.mul(k - first).add(first - 1);
    return values.gather(last.round().toInt().reshape([1]), -1);
  }
}
