// Everything that can be wrong with a dataset: each message names the file, the value found and what would be right.

/** Base of all errors of this folder: `catch (error) { if (error instanceof DataError) ... }`. */
export class DataError extends Error {
  override name = "DataError";
}

/** The spec given to `openSource` is none of the known kinds. */
export class UnknownSourceError extends DataError {
  override name = "UnknownSourceError";

  constructor(spec: string, why: string, known: readonly string[]) {
    super(`source ${JSON.stringify(spec)}: ${why}; known sources: ${known.join(", ")}`);
  }
}

/** A file of the dataset is not there, or is a folder. */
export class MissingFileError extends DataError {
  override name = "MissingFileError";

  constructor(path: string, found: string, wanted: string) {
    super(`${path}: ${found}; expected ${wanted}`);
  }
}

/** The file is there, but it does not hold what its format promises. */
export class FormatError extends DataError {
  override name = "FormatError";

  constructor(path: string, found: string, wanted: string) {
    super(`${path}: ${found}; expected ${wanted}`);
  }
}

/** The file is shorter or longer than its own header says. Sizes are in bytes, after gunzip. */
export class FileSizeError extends DataError {
  override name = "FileSizeError";
  readonly actual: number;
  readonly expected: number;

  constructor(path: string, actual: number, expected: number) {
    const off =
      actual < expected
        ? `truncated, ${expected - actual} bytes are missing`
        : `${actual - expected} trailing bytes after the last value`;
    super(`${path}: ${off} (has ${actual} bytes, its header promises ${expected})`);
    this.actual = actual;
    this.expected = expected;
  }
}

/** There is not exactly one label per item. */
export class LabelsMismatchError extends DataError {
  override name = "LabelsMismatchError";

  constructor(labels: string, labelCount: number, items: string, itemCount: number) {
    super(`${labels}: holds ${labelCount} labels, but ${items} holds ${itemCount} items; expected one each`);
  }
}

/** An argument of a function of this folder is out of its range. */
export class DataOptionError extends DataError {
  override name = "DataOptionError";

  constructor(option: string, value: unknown, wanted: string) {
    super(`${option} is ${String(value)}; expected ${wanted}`);
  }
}

/** There is nothing to learn from: a source, a part of a split or a subset without items. */
export class EmptyDatasetError extends DataError {
  override name = "EmptyDatasetError";

  constructor(dataset: string, found: string, wanted = "at least 1 item") {
    super(`${dataset}: ${found}; expected ${wanted}`);
  }
}

/** One item of a source cannot be used. With the option `skipBad` it is left out and reported instead. */
export class BadItemError extends DataError {
  override name = "BadItemError";
  /** Which one, within its source: `cat/3.png`, `row 17`. */
  readonly item: string;
  /** What was found and what would be right. */
  readonly reason: string;

  /** @param where the item's full name, such as its file's path */
  constructor(where: string, item: string, found: string, wanted: string) {
    const reason = `${found}; expected ${wanted}`;
    super(`${where}: ${reason}`);
    this.item = item;
    this.reason = reason;
  }
}
