// The config's `corruption`: what is done to items before they are encoded in training, and only then.
import * as v from "valibot";
import { notNegative, positive } from "./values.ts";

const ends = "expected a number, or [lowest, highest] to draw from for each item";

const range = <S extends v.GenericSchema<number, number>>(value: S) =>
  v.union(
    [
      value,
      v.pipe(
        v.strictTuple([value, value], ends),
        v.check(([low, high]) => low < high, "expected [lowest, highest], lowest < highest"),
      ),
    ],
    ends,
  );

const deviation = range(positive);
const portion = range(
  v.pipe(
    v.number(),
    v.gtValue(0, "expected a share above 0, at most 1"),
    v.maxValue(1, "expected a share above 0, at most 1"),
  ),
);

/**
 * Weights α and β of the loss on values that were corrupted and on those that were not (Vincent et al. 2010, section
 * 3.5). Both 1: as without.
 */
export const weights = v.strictObject({
  corrupted: v.optional(notNegative, 1),
  clean: v.optional(notNegative, 1),
});
const emphasis = v.optional(
  v.pipe(
    weights,
    v.check(({ corrupted, clean }) => corrupted + clean > 0, "expected a weight above 0"),
  ),
);

export const corruption = v.variant("kind", [
  v.strictObject({ kind: v.optional(v.literal("none"), "none") }),
  /**
   * Normal noise is added. Strength: its standard deviation, items being scaled to [0, 1]. With `clip` values that leave
   * [0, 1] come back to its edges, as in a noisy picture that is stored.
   */
  v.strictObject({
    kind: v.literal("gaussian"),
    strength: v.optional(deviation, 0.3),
    clip: v.optional(v.boolean(), false),
  }),
  /** Values become 0. Strength: their share. */
  v.strictObject({ kind: v.literal("masking"), strength: v.optional(portion, 0.25), emphasis }),
  /** Values become 0 or 1, at even odds. Strength: their share. */
  v.strictObject({ kind: v.literal("salt-and-pepper"), strength: v.optional(portion, 0.25), emphasis }),
  /** A rectangle of the image's proportions, somewhere in it, becomes 0. Strength: its share of the area. */
  v.strictObject({ kind: v.literal("rectangle"), strength: v.optional(portion, 0.2), emphasis }),
]);

export type CorruptionConfig = v.InferOutput<typeof corruption>;
export type CorruptionKind = CorruptionConfig["kind"];
/** A fixed strength, or the ends to draw each item's from. */
export type Strength = number | readonly [number, number];
