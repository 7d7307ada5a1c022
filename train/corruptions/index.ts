// Corruptions by name.
import * as tf from "@tensorflow/tfjs";
import type { CorruptionConfig, CorruptionKind } from "../config/corruption.ts";
import { ConfigError } from "../errors.ts";
import type { StepRandom } from "../random/step-random.ts";
import type { Corrupted, Corruption, CorruptionOf, Items } from "./corruption.ts";
import { gaussian } from "./gaussian.ts";
import { masking } from "./masking.ts";
import { rectangle } from "./rectangle.ts";
import { saltAndPepper } from "./salt-and-pepper.ts";

export type { Corrupted, Items } from "./corruption.ts";

const corruptions: { readonly [K in CorruptionKind]: Corruption<K> } = {
  none: ({ values }) => ({ values, mask: tf.zerosLike(values) }),
  gaussian,
  masking,
  "salt-and-pepper": saltAndPepper,
  rectangle,
};

/**
 * Corrupts items. The same random numbers give the same corruption.
 *
 *     const tables = new RandomTables(config.seed);
 *     const random = new StepRandom(tables, tables.keys(step));
 *     const { values, mask } = corrupt({ values, shape: dataset.shape }, config.corruption, random);
 */
export function corrupt(items: Items, config: CorruptionConfig, random: StepRandom): Corrupted {
  return apply(config.kind, items, config, random);
}

function apply<K extends CorruptionKind>(
  kind: K,
  items: Items,
  config: CorruptionConfig,
  random: StepRandom,
): Corrupted {
  return corruptions[kind](items, config as CorruptionOf<K>, random);
}

/** Throws `ConfigError` for a corruption that items of this shape can't have. */
export function checkCorruption({ kind }: CorruptionConfig, itemShape: readonly number[]): void {
  if (kind !== "rectangle" || itemShape.length === 3) return;
  throw new ConfigError(
    `config: corruption.kind is "rectangle", and items have shape [${itemShape.join(", ")}]; ` +
      "expected images [height, width, channels], or the kind masking",
  );
}
