// The config's `penalty`: what is asked of the code beside that items can be reconstructed from it.
import * as v from "valibot";
import { count, factor, notNegative, positive } from "./values.ts";

/** Epochs, or a share of one, in which the weight rises from 0; a run without has it from the beginning. */
const warmup = v.optional(notNegative, 0);
const weighted = (weight: number) => ({ weight: v.optional(positive, weight), warmup });
const unitCount = count("a whole number of units, at least 1");

export const penalty = v.variant("kind", [
  v.strictObject({ kind: v.optional(v.literal("none"), "none") }),
  /** Σ|h| of an item's code. */
  v.strictObject({ kind: v.literal("l1"), ...weighted(1e-4) }),
  /** Σh² of an item's code. */
  v.strictObject({ kind: v.literal("l2"), ...weighted(1e-4) }),
  /** Σ KL(target ‖ rate), a unit's rate being its mean over the batch; needs sigmoid codes (Ng 2011, CS294A notes). */
  v.strictObject({ kind: v.literal("kl"), ...weighted(1e-3), target: v.optional(factor, 0.05) }),
  /**
   * No penalty: all but the k largest units are set to 0, in the exported encoder, too (Makhzani & Frey 2013). `testK`
   * units, k unless told, are kept outside of training. In `warmup` epochs k falls from sixteen times
   * as many: units that are on at first seldom die.
   */
  v.strictObject({ kind: v.literal("topk"), k: unitCount, testK: v.optional(unitCount), warmup }),
  /**
   * ‖∂h/∂x‖² (Frobenius), as Rifai et al. 2011: exact for an encoder of one dense layer; for others estimated with
   * one random direction per item, (‖h(x + σε) − h(x)‖ / σ)² with σ = 0.01, whose mean it is for small σ.
   */
  v.strictObject({ kind: v.literal("contractive"), ...weighted(1e-4) }),
]);

export type PenaltyConfig = v.InferOutput<typeof penalty>;
export type PenaltyKind = PenaltyConfig["kind"];
