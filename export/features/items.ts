// The first stage: reads a shard's items batch by batch, some batches ahead, and sets bad items apart.

import { forEachBounded, inOrder } from "../../data/bounded.ts";
import { BadItemError, type Dataset, type ItemArray, itemSize } from "../../data/index.ts";
import type { Shard } from "./plan.ts";
import type { BadItem } from "./record.ts";

/** Batches that are read ahead at least. */
const AHEAD = 2;
/** Items of a batch read one by one at a time, once one of them was found to be bad. */
const ONE_BY_ONE = 32;

export interface ItemBatch {
  /** The good items, flat. */
  readonly data: ItemArray;
  /** Their numbers in the source. */
  readonly numbers: Uint32Array;
  readonly bad: readonly BadItem[];
}

/**
 * Rejects with the `BadItemError` of the first bad item unless they are skipped, in its place, and with whatever else
 * the source says.
 */
export function readItems(
  dataset: Dataset,
  { start, end }: Shard,
  { batchSize, skipBad }: { readonly batchSize: number; readonly skipBad: boolean },
): AsyncGenerator<ItemBatch, void, void> {
  const count = Math.ceil((end - start) / batchSize);
  const ahead = Math.max(AHEAD, Math.ceil((dataset.readAhead ?? 0) / batchSize));
  return inOrder(count, 1 + ahead, async (batch) => {
    const from = start + batch * batchSize;
    const to = Math.min(from + batchSize, end);
    try {
      const data = await dataset.read(from, to);
      return { data, numbers: Uint32Array.from({ length: to - from }, (_, i) => from + i), bad: [] };
    } catch (error) {
      if (!skipBad || !(error instanceof BadItemError)) throw error;
      return readOneByOne(dataset, from, to);
    }
  });
}

async function readOneByOne(dataset: Dataset, from: number, to: number): Promise<ItemBatch> {
  const size = itemSize(dataset.shape);
  const values =
    dataset.dtype === "uint8" ? new Uint8Array((to - from) * size) : new Float32Array((to - from) * size);
  const reasons = new Map<number, string>();
  await forEachBounded(to - from, ONE_BY_ONE, async (i) => {
    try {
      values.set(await dataset.read(from + i, from + i + 1), i * size);
    } catch (error) {
      if (!(error instanceof BadItemError)) throw error;
      reasons.set(from + i, error.reason);
    }
  });
  const all = Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const numbers = all.filter((number) => !reasons.has(number));
  const bad = [...reasons].sort(([a], [b]) => a - b);
  let filled = 0;
  for (const number of numbers) {
    const at = (number - from) * size;
    values.copyWithin(filled, at, at + size);
    filled += size;
  }
  return {
    data: values.subarray(0, filled),
    numbers,
    bad: bad.map(([item, reason]) => ({ item, id: idOf(dataset, item), reason })),
  };
}

/** What a row is called: as the source does, else by its number from 0. */
export function idOf(dataset: Dataset, item: number): string {
  return dataset.id?.(item) ?? String(item);
}
