// Which columns of a .parquet file are features: numbers, and lists of numbers.
import type { FileMetaData, SchemaElement, SchemaTree } from "hyparquet";
import { DataOptionError, FormatError } from "../errors.ts";
import { LARGEST_EXACT } from "../range.ts";

export interface ParquetColumn {
  readonly name: string;
  readonly list: boolean;
  /** Whether its numbers are whole by their type. */
  readonly whole: boolean;
  /** Names of the column and what it is made of, as statistics are filed. */
  readonly path: string;
}

export interface ParquetOptionsOfColumns {
  readonly columns?: readonly string[];
  readonly label?: string;
  readonly keep?: readonly string[];
}

/** The columns asked for, else all of numbers and of lists of numbers. Throws `DataOptionError` or `FormatError`. */
export function planParquetColumns(
  path: string,
  tree: SchemaTree,
  { columns, label, keep = [] }: ParquetOptionsOfColumns,
): readonly ParquetColumn[] {
  const all = tree.children.map(({ element }) => element.name);
  const find = (option: string, name: string): SchemaTree => {
    const found = tree.children.find(({ element }) => element.name === name);
    if (found) return found;
    throw new DataOptionError(`${path}: ${option}`, name, `names among: ${all.join(", ")}`);
  };
  if (label !== undefined) find("label", label);
  for (const name of keep) find("keep", name);
  if (!columns) {
    const found = tree.children.flatMap((column) => featureColumn(column) ?? []);
    const features = found.filter(({ name }) => name !== label && !keep.includes(name));
    if (features.length > 0) return features;
    const wanted = "at least 1 column of numbers or of lists of numbers besides the label";
    throw new FormatError(path, `has the columns ${all.join(", ") || "(none)"}`, wanted);
  }
  return columns.map((name) => {
    const column = find("columns", name);
    const feature = featureColumn(column);
    if (feature) return feature;
    const wanted = "numbers or lists of numbers";
    throw new FormatError(`${path}: column ${JSON.stringify(name)}`, `holds ${describe(column)}`, wanted);
  });
}

/**
 * Lowest and highest value by the statistics in the footer; undefined where a row group has none.
 * So a file can be opened without reading its values.
 */
export function rangeFromStatistics(
  { row_groups: groups }: FileMetaData,
  columns: readonly ParquetColumn[],
): readonly [number, number] | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const group of groups) {
    for (const { path, whole } of columns) {
      const chunk = group.columns.find(({ meta_data: meta }) => meta?.path_in_schema.join(".") === path);
      const least = toFloat(chunk?.meta_data?.statistics?.min_value, { whole });
      const most = toFloat(chunk?.meta_data?.statistics?.max_value, { whole });
      if (Number.isNaN(least) || Number.isNaN(most)) return undefined;
      low = Math.min(low, Math.fround(least));
      high = Math.max(high, Math.fround(most));
    }
  }
  // Adding 0 turns -0, which the format wants written for a least value of 0, into 0.
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low + 0, high + 0] : undefined;
}

/** NaN for what is no number and, in a column of whole numbers, for those float32 does not hold exactly (over 2^24). */
export function toFloat(value: unknown, { whole }: Pick<ParquetColumn, "whole">): number {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "number" && typeof value !== "bigint") return Number.NaN;
  const number = Number(value);
  return whole && Math.abs(number) > LARGEST_EXACT ? Number.NaN : number;
}

function featureColumn(column: SchemaTree): ParquetColumn | undefined {
  const { element, children, path } = column;
  if (isNumber(element)) return asFeature(column, element.name, path, false);
  const isListType = element.converted_type === "LIST" || element.logical_type?.type === "LIST";
  const [repeated] = children;
  const [item] = repeated?.children ?? [];
  if (!isListType || !item || !isNumber(item.element)) return undefined;
  return asFeature(item, element.name, item.path, true);
}

function asFeature({ element }: SchemaTree, name: string, path: string[], list: boolean): ParquetColumn {
  const whole = /^INT/.test(element.type ?? "") && !isDecimal(element);
  return { name, list, whole, path: path.join(".") };
}

function isDecimal({ logical_type: logical, converted_type: converted }: SchemaElement): boolean {
  return logical?.type === "DECIMAL" || converted === "DECIMAL";
}

function isNumber(element: SchemaElement): boolean {
  const { type, repetition_type: repetition, logical_type: logical, converted_type: converted } = element;
  if (repetition === "REPEATED") return false;
  if (logical?.type === "FLOAT16" || isDecimal(element)) return true;
  if (logical && logical.type !== "INTEGER") return false;
  if (converted && !/^U?INT_\d+$/.test(converted)) return false;
  return type !== undefined && ["BOOLEAN", "INT32", "INT64", "FLOAT", "DOUBLE"].includes(type);
}

function describe({ element, children }: SchemaTree): string {
  const kind = element.logical_type?.type ?? element.converted_type ?? element.type;
  return kind ?? (children.length > 0 ? "a group of columns" : "no known type");
}
