// A dataset whose items are in memory: what file sources return once they have read a file whole.
import type { Dataset, ItemArray } from "./dataset.ts";
import { itemSize } from "./dataset.ts";
import { DataOptionError, LabelsMismatchError } from "./errors.ts";

/** What {@link memoryDataset} needs; everything but `data` is passed on as it is. */
export type MemoryDatasetFields = Omit<Dataset, "length" | "dtype" | "read" | "gather" | "close"> & {
  readonly data: ItemArray;
};

/**
 * Makes a dataset of values in memory. `data` is not copied; `read` and `gather` return copies.
 *
 * Throws `DataOptionError` where `data` is not a whole number of items or `range` is not rising, and
 * `LabelsMismatchError` where there is not one label per item.
 *
 * @example
 * memoryDataset({ name: "xor", data: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), shape: [2], range: [0, 1] })
 */
export function memoryDataset({ data, ...fields }: MemoryDatasetFields): Dataset {
  const size = itemSize(fields.shape);
  if (!Number.isInteger(size) || size <= 0) {
    throw new DataOptionError(`${fields.name}: shape`, `[${fields.shape}]`, "positive whole numbers");
  }
  const length = data.length / size;
  if (!Number.isInteger(length)) {
    throw new DataOptionError(
      `${fields.name}: number of values`,
      data.length,
      `a multiple of ${size}, the size of one item`,
    );
  }
  if (!(fields.range[0] < fields.range[1])) {
    throw new DataOptionError(
      `${fields.name}: range`,
      `[${fields.range}]`,
      "[lowest, highest], lowest < highest",
    );
  }
  if (fields.labels && fields.labels.length !== length) {
    throw new LabelsMismatchError(`${fields.name} labels`, fields.labels.length, fields.name, length);
  }
  return {
    ...fields,
    length,
    dtype: data instanceof Uint8Array ? "uint8" : "float32",
    async read(start, end) {
      checkSpan(fields.name, start, end, length);
      // Not data.slice: where data is a Buffer, that would be a view.
      const part = data.subarray(start * size, end * size);
      return part instanceof Uint8Array ? new Uint8Array(part) : new Float32Array(part);
    },
    async gather(indices) {
      const out =
        data instanceof Uint8Array
          ? new Uint8Array(indices.length * size)
          : new Float32Array(indices.length * size);
      indices.forEach((index, row) => {
        // Called for each item of each step: what is right costs one comparison.
        if (index >= length) checkSpan(fields.name, index, index + 1, length);
        out.set(data.subarray(index * size, (index + 1) * size), row * size);
      });
      return out;
    },
  };
}

/** Throws `DataOptionError` unless items `start` to `end` (excluded) exist. For the `read` of any source. */
export function checkSpan(name: string, start: number, end: number, length: number): void {
  const whole = Number.isInteger(start) && Number.isInteger(end);
  if (!whole || start < 0 || end < start || end > length) {
    throw new DataOptionError(`${name}: items`, `[${start}, ${end})`, `whole numbers within [0, ${length})`);
  }
}
