// Views of a dataset: some of its items under new numbers, read through it.
import { gather, pickLabels } from "./batches.ts";
import type { Dataset } from "./dataset.ts";
import { DataOptionError, EmptyDatasetError } from "./errors.ts";
import { checkSpan } from "./memory.ts";

/**
 * The items with these numbers, in this order. Nothing is copied; the view has no `close`, closing the dataset
 * it came from is what ends it.
 *
 * Throws `EmptyDatasetError` for no indices and `DataOptionError` for one that is no item's.
 *
 * @example
 * const tenth = subset(dataset, Array.from({ length: dataset.length / 10 }, (_, i) => 10 * i));
 */
export function subset(
  dataset: Dataset,
  indices: ArrayLike<number>,
  name = `${dataset.name} (${indices.length} of ${dataset.length})`,
): Dataset {
  if (indices.length === 0) throw new EmptyDatasetError(name, "a subset without indices");
  const chosen = Uint32Array.from(indices, (index, i) => {
    const right = Number.isInteger(index) && index >= 0 && index < dataset.length;
    if (right) return index;
    const wanted = `a whole number within [0, ${dataset.length})`;
    throw new DataOptionError(`${dataset.name}: index ${i} of the subset`, index, wanted);
  });
  const { close: _, kept: _kept, id, labels, ...rest } = dataset;
  return {
    ...rest,
    name,
    length: chosen.length,
    ...(labels && { labels: pickLabels(labels, chosen) }),
    ...(id && { id: (index) => id(chosen[index] as number) }),
    async read(start, end) {
      checkSpan(name, start, end, chosen.length);
      return gather(dataset, chosen.subarray(start, end));
    },
    async gather(wanted) {
      const inner = wanted.map((index) => {
        checkSpan(name, index, index + 1, chosen.length);
        return chosen[index] as number;
      });
      return gather(dataset, inner);
    },
  };
}
