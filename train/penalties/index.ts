// Penalties by name.
import type * as tf from "@tensorflow/tfjs";
import type { PenaltyConfig, PenaltyKind } from "../config/penalty.ts";
import { contractive } from "./contractive.ts";
import { kl } from "./kl.ts";
import type { Penalty, PenaltyInput, PenaltyOf } from "./penalty.ts";
import { l1, l2 } from "./sizes.ts";

/** `topk` is a layer of the encoder, and no number. */
type Weighted = Exclude<PenaltyKind, "none" | "topk">;

const penalties: { readonly [K in Weighted]: Penalty<K> } = { l1, l2, kl, contractive };

/** A batch's penalty before its weight; nothing where the config asks for none. */
export function penaltyOf(input: PenaltyInput, config: PenaltyConfig): tf.Scalar | undefined {
  if (config.kind === "none" || config.kind === "topk") return undefined;
  return apply(config.kind, input, config);
}

function apply<K extends Weighted>(kind: K, input: PenaltyInput, config: PenaltyConfig): tf.Scalar {
  return penalties[kind](input, config as PenaltyOf<K>);
}

/**
 * The penalty's weight after so many epochs, which rises in a straight line; of `topk`, which has none, the share of its
 * warm-up that is over.
 */
export function penaltyWeight(config: PenaltyConfig, epochs: number): number {
  if (config.kind === "none") return 0;
  const share = config.warmup > 0 ? Math.min(1, epochs / config.warmup) : 1;
  return config.kind === "topk" ? share : config.weight * share;
}
