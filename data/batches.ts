// Walks a dataset once, batch by batch, in stored or in a seeded random order.
import { inOrder } from "./bounded.ts";
import type { Dataset, ItemArray, Labels } from "./dataset.ts";
import { itemSize } from "./dataset.ts";
import { DataOptionError } from "./errors.ts";
import { permutation, seededRandom } from "./random.ts";

export interface BatchOptions {
  /** Items per batch. Default 128. */
  readonly batchSize?: number;
  /** Random order instead of the stored one. Default false. */
  readonly shuffle?: boolean;
  /** Which random order; a whole number. Default 0. */
  readonly seed?: number;
  /** Each epoch of a seed has its own order, which does not depend on `batchSize`. Default 0. */
  readonly epoch?: number;
  /** Batches of the epoch to leave out at its beginning, unread. Default 0. */
  readonly start?: number;
  /** Leave out a last batch that is smaller than `batchSize`. Default false. */
  readonly dropLast?: boolean;
}

export interface Batch {
  /** The items, flat. */
  readonly data: ItemArray;
  /** `[n, ...shape of one item]`. */
  readonly shape: readonly number[];
  /** Which items of the dataset these are. */
  readonly indices: Uint32Array<ArrayBuffer>;
  /** One per item, where the dataset has labels. */
  readonly labels?: Labels;
}

/**
 * Yields every item of the dataset once. The same options give the same batches on every machine.
 * Throws `DataOptionError` at the first step for a batch size, seed or epoch that is no whole number.
 *
 * @example
 * for await (const { data, shape } of batches(dataset, { batchSize: 64, shuffle: true, seed: 7, epoch })) ...
 */
export async function* batches(
  dataset: Dataset,
  options: BatchOptions = {},
): AsyncGenerator<Batch, void, void> {
  const {
    batchSize = 128,
    shuffle = false,
    seed = 0,
    epoch = 0,
    start: first = 0,
    dropLast = false,
  } = options;
  checkWhole("batchSize", batchSize, 1);
  checkWhole("seed", seed, Number.MIN_SAFE_INTEGER);
  checkWhole("epoch", epoch, 0);
  checkWhole("start", first, 0);
  const order = shuffle ? permutation(dataset.length, seededRandom(seed, epoch)) : undefined;
  const stop = dropLast ? dataset.length - (dataset.length % batchSize) : dataset.length;

  const { labels, readAhead = 0 } = dataset;
  const count = Math.max(0, Math.ceil(stop / batchSize) - first);
  yield* inOrder(count, 1 + Math.ceil(readAhead / batchSize), async (number) => {
    const start = (first + number) * batchSize;
    const end = Math.min(start + batchSize, stop);
    const indices =
      order?.slice(start, end) ?? Uint32Array.from({ length: end - start }, (_, i) => start + i);
    const data = await (order ? gather(dataset, indices) : dataset.read(start, end));
    const batch = { data, shape: [end - start, ...dataset.shape], indices };
    return labels ? { ...batch, labels: pickLabels(labels, indices) } : batch;
  });
}

/** The items with these numbers, in this order, from any source. */
export async function gather(dataset: Dataset, indices: Uint32Array): Promise<ItemArray> {
  if (dataset.gather) return dataset.gather(indices);
  const size = itemSize(dataset.shape);
  const length = indices.length * size;
  const out = dataset.dtype === "uint8" ? new Uint8Array(length) : new Float32Array(length);
  const rows = await Promise.all(Array.from(indices, (index) => dataset.read(index, index + 1)));
  rows.forEach((row, i) => {
    out.set(row, i * size);
  });
  return out;
}

/** The labels of the items with these numbers. */
export function pickLabels(labels: Labels, indices: Uint32Array): Labels {
  const out = labels instanceof Uint8Array ? new Uint8Array(indices.length) : new Int32Array(indices.length);
  indices.forEach((index, i) => {
    out[i] = labels[index] as number;
  });
  return out;
}

function checkWhole(option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new DataOptionError(
    option,
    value,
    least >= 0 ? `a whole number, at least ${least}` : "a whole number",
  );
}
