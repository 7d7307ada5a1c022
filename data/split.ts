// Parts a dataset for training and validation, the same way on every machine.
import type { Dataset } from "./dataset.ts";
import { DataOptionError, EmptyDatasetError } from "./errors.ts";
import { permutation, seededRandom } from "./random.ts";
import { subset } from "./subset.ts";

export interface SplitOptions {
  /** The share of items to hold back, between 0 and 1. Default 0.1. */
  readonly validation?: number;
  /** Which random choice; a whole number. Default 0. */
  readonly seed?: number;
}

export interface Split {
  readonly train: Dataset;
  readonly validation: Dataset;
}

/** Sets the random stream of a split apart from those of epochs, which start from the same seed. */
const STREAM = 0x73706c69;

/**
 * Draws `validation` of the items (rounded) at random; both views keep the stored order and are closed by
 * closing `dataset`.
 *
 * Throws `DataOptionError` for a share outside (0, 1) and `EmptyDatasetError` where a part would have no item.
 *
 * @example
 * const { train, validation } = split(dataset, { validation: 0.2, seed: 7 });
 */
export function split(dataset: Dataset, options: SplitOptions = {}): Split {
  const { validation: share = 0.1, seed = 0 } = options;
  if (!(share > 0 && share < 1)) throw new DataOptionError("validation", share, "a share between 0 and 1");
  if (!Number.isSafeInteger(seed)) throw new DataOptionError("seed", seed, "a whole number");
  const held = Math.round(dataset.length * share);
  for (const [part, count] of [
    ["validation", held],
    ["train", dataset.length - held],
  ] as const) {
    if (count > 0) continue;
    throw new EmptyDatasetError(
      `${dataset.name}: ${part}`,
      `no item is left with validation ${share} of ${dataset.length} items`,
      "a share that leaves at least 1 item on either side",
    );
  }
  const order = permutation(dataset.length, seededRandom(seed, STREAM));
  return {
    validation: subset(dataset, order.slice(0, held).sort(), `${dataset.name} (validation)`),
    train: subset(dataset, order.slice(held).sort(), `${dataset.name} (train)`),
  };
}
