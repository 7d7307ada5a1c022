// Decides from the first rows of a table which columns are features, which one is the label, and what they are called.
import { DataOptionError, FormatError } from "../errors.ts";

export interface ColumnOptions {
  /** Names of the columns to read, in this order. Default: all that hold numbers, but for the label. */
  readonly columns?: readonly string[];
  /** The column of class numbers or class names. Default: none. */
  readonly label?: string;
  /** Names of columns that go along as texts. Default: none. */
  readonly keep?: readonly string[];
  /** Whether row 1 holds the names. Default: whether no cell of it is a number. */
  readonly header?: boolean;
}

export interface TableColumns {
  readonly header: boolean;
  /** Cells of every row. */
  readonly width: number;
  /** Where the features are in a row, and their names. */
  readonly features: readonly number[];
  readonly names: readonly string[];
  readonly label?: NamedColumn;
  readonly kept: readonly NamedColumn[];
}

export interface NamedColumn {
  readonly index: number;
  readonly name: string;
}

const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

/** NaN for what is no decimal number, such as an empty cell, `0x10`, `1,5` or `Infinity`. */
export function parseNumber(cell: string): number {
  return NUMBER.test(cell) ? Number(cell) : Number.NaN;
}

/** An empty line, which is passed over, looks like this. */
export function isEmptyRow(row: readonly string[]): boolean {
  return row.length === 1 && row[0] === "";
}

/**
 * Columns of a table without header are called by their numbers, from 1. Throws `DataOptionError` for a name the
 * table does not have and `FormatError` where no column of numbers is left.
 *
 * @param sample the first rows, row 1 included
 */
export function planColumns(
  path: string,
  sample: readonly (readonly string[])[],
  options: ColumnOptions,
): TableColumns {
  const [first = [], ...others] = sample.filter((row) => !isEmptyRow(row));
  const header = options.header ?? first.every((cell) => Number.isNaN(parseNumber(cell)));
  const all = first.map((cell, i) => (header ? cell.trim() : `${i + 1}`));
  const find = (option: string, name: string) => findColumn(path, all, option, name);
  const label =
    options.label === undefined ? undefined : { index: find("label", options.label), name: options.label };
  const kept = (options.keep ?? []).map((name) => ({ index: find("keep", name), name }));
  const isTaken = (index: number) => index === label?.index || kept.some((column) => column.index === index);
  const rows = header ? others : [first, ...others];
  const holdsNumbers = (index: number) => rows.some((row) => !Number.isNaN(parseNumber(row[index] ?? "")));
  const features =
    options.columns?.map((name) => find("columns", name)) ??
    [...all.keys()].filter((index) => !isTaken(index) && holdsNumbers(index));
  if (features.length === 0 && rows.length > 0) {
    const found = `has no number in the first ${rows.length} rows`;
    throw new FormatError(path, found, "at least 1 column of numbers besides the label");
  }
  const names = features.map((index) => all[index] ?? "");
  return { header, width: all.length, features, names, kept, ...(label && { label }) };
}

function findColumn(path: string, all: readonly string[], option: string, name: string): number {
  const index = all.indexOf(name);
  const twice = index >= 0 && all.lastIndexOf(name) !== index;
  if (index >= 0 && !twice) return index;
  const shown = all.slice(0, 20).join(", ") + (all.length > 20 ? `, … (${all.length} in all)` : "");
  const wanted = twice ? "a name that only one column has" : `names among: ${shown}`;
  throw new DataOptionError(`${path}: ${option}`, name, wanted);
}
