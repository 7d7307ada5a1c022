// What every source becomes: a named row of items of one shape, readable in any order.

/** Values of some items, flat: item after item, each in row-major order. */
export type ItemArray = Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** One class number per item. */
export type Labels = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** A cell of a table; null where it is empty. */
export type Cell = string | number | bigint | boolean | null;

/** A column that goes along with the items, besides their values and labels. */
export interface KeptColumn {
  readonly name: string;
  /** What its cells are: `integer` is bigint, `number` is of 64 bits. */
  readonly type: "text" | "integer" | "number" | "boolean";
  /** The cells of items `start` (included) to `end` (excluded). */
  read(start: number, end: number): Promise<readonly Cell[]>;
}

/** An item that cannot be used: which one, within its source, and why. */
export interface SkippedItem {
  readonly item: string;
  readonly reason: string;
}

/** A dataset of `length` items that all have the same `shape` and `dtype`. */
export interface Dataset {
  /** For messages and provenance records, such as `mnist:train`. */
  readonly name: string;
  /** How many items there are. */
  readonly length: number;
  /** The shape of one item, channels last: `[28, 28, 1]` for an image, `[d]` for a table row. */
  readonly shape: readonly number[];
  readonly dtype: "uint8" | "float32";
  /**
   * What models take for 0 and for 1: lowest and highest raw value, as stored, `[0, 255]` for 8-bit pixels; or, for a
   * model trained with the scale `standard`, mean and mean + deviation. The first is the lower one.
   */
  readonly range: readonly [number, number];
  /** One per item, where the source has them. */
  readonly labels?: Labels;
  /** `classNames[label]` is what the label means. */
  readonly classNames?: readonly string[];
  /** What each value of an item is, where the source names them: a table's columns. */
  readonly columns?: readonly string[];
  /** Frames per second, of sound. */
  readonly sampleRate?: number;
  /** Columns that go along, where the option `keep` names some; a subset has none. */
  readonly kept?: readonly KeptColumn[];
  /** The items that `skipBad` left out, there only where it was asked for. */
  readonly skipped?: readonly SkippedItem[];

  /**
   * What the source calls an item: a file by its path, a sample by its key. Sources that know their items by number
   * alone do not have it.
   */
  id?(index: number): string;

  /**
   * How many items are worth being asked for ahead of their use, for a source that can work on many reads while the
   * reader is busy. Default 0: one read at a time.
   */
  readonly readAhead?: number;

  /**
   * Reads items `start` (included) to `end` (excluded) as a fresh array of `(end - start) * size of one item`.
   * Throws `DataOptionError` unless `0 <= start <= end <= length`.
   */
  read(start: number, end: number): Promise<ItemArray>;

  /** Reads the items with these numbers in this order. A source without it is read item by item. */
  gather?(indices: Uint32Array): Promise<ItemArray>;

  /** Lets go of open files. Sources that hold none do not have it. */
  close?(): Promise<void>;
}

/** What one item takes in memory. */
export function itemBytes({ shape, dtype }: Pick<Dataset, "shape" | "dtype">): number {
  return itemSize(shape) * (dtype === "uint8" ? 1 : 4);
}

/** How many values one item of this shape has. */
export function itemSize(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
