// The config's `pretraining` and `classifier`: what happens before and after the autoencoder is trained as a whole.
import * as v from "valibot";
import { count, notNegative, positive, share, wholeNotNegative } from "./values.ts";

/**
 * Greedy layer-wise pretraining (Bengio et al. 2007; with a corruption, Vincent et al. 2010): each layer in turn learns,
 * with its mirror image in the decoder, to restore what the layers below it give.
 */
export const pretraining = v.strictObject({
  /** Of each layer; 0 is no pretraining. */
  epochs: v.optional(wholeNotNegative, 0),
  /** `optimizer.learningRate` unless told. */
  learningRate: v.optional(positive),
});

/** A classification head on the encoder, fine-tuned as a whole with the items' labels, and exported beside the rest. */
export const classifier = v.strictObject({
  /** 0 is no classifier. */
  epochs: v.optional(wholeNotNegative, 0),
  /** Starts from the encoder as it was trained, or from its initial weights: what pretraining is worth. */
  encoder: v.optional(v.picklist(["trained", "fresh"]), "trained"),
  /** Share of each class's items whose labels are used. */
  labels: v.optional(
    v.pipe(
      v.number(),
      v.gtValue(0, "expected a share above 0, at most 1"),
      v.maxValue(1, "expected a share above 0, at most 1"),
    ),
    1,
  ),
  /** Units of hidden layers between the code and the classes, which have the activation of the encoder's. */
  hidden: v.optional(v.array(count("a whole number of units, at least 1")), []),
  /** Share of the encoder's and the head's hidden units that is dropped in each training step. */
  dropout: v.optional(share, 0),
  /** Train the head alone, on codes that stay what they are. */
  freeze: v.optional(v.boolean(), false),
  /** Corrupt the items as in the autoencoder's training. */
  corrupt: v.optional(v.boolean(), false),
  /** `optimizer.learningRate` and `optimizer.weightDecay` unless told. */
  learningRate: v.optional(positive),
  weightDecay: v.optional(notNegative),
});
