// Opens .parquet files: columns of numbers and lists of numbers become the values of an item.
import { basename } from "node:path";
import type { Dataset } from "../dataset.ts";
import { BadItemError, EmptyDatasetError } from "../errors.ts";
import { LabelColumn } from "../labels.ts";
import { checkSpan } from "../memory.ts";
import {
  type CheckOptions,
  type CommonOptions,
  checkKinds,
  commonKinds,
  type GivenOptions,
  type KeepOptions,
  keepKinds,
  names,
  type OptionKinds,
  type RangeOptions,
  rangeKinds,
  readOptions,
  type ShapeOptions,
  type SkipOptions,
  shapeKinds,
  skipKinds,
  text,
  wholeNumber,
} from "../options.ts";
import { MEMORY } from "../rows/row-store.ts";
import { reshaped } from "../shape.ts";
import { survey } from "../survey.ts";
import { type ParquetColumn, planParquetColumns, rangeFromStatistics } from "./columns.ts";
import { openParquetFile, type ParquetFile, unreadable } from "./file.ts";
import { type FeatureColumn, isList, RowGroups } from "./groups.ts";
import { keptColumn } from "./kept.ts";

export interface ParquetOptions
  extends CommonOptions,
    SkipOptions,
    CheckOptions,
    RangeOptions,
    ShapeOptions,
    KeepOptions {
  /** Names of the columns to read, in this order. Default: all of numbers and lists of numbers, but the label. */
  readonly columns?: readonly string[];
  /** The column of class numbers or class names. Default: none. */
  readonly label?: string;
  /** MiB of values to keep in memory; beyond that all are kept in a temporary file. Default 512. */
  readonly memory?: number;
}

const kinds: OptionKinds<ParquetOptions> = {
  ...commonKinds,
  ...skipKinds,
  ...rangeKinds,
  ...shapeKinds,
  columns: names,
  label: text,
  memory: wholeNumber(0),
  ...checkKinds,
  ...keepKinds,
};

/**
 * Reads numbers (also booleans, decimals) and lists of numbers that are all as long as the first; items are float32,
 * flat. A row group is decoded when one of its rows is first read, and its values are kept, so that random order
 * decodes nothing twice. The range is taken from the footer's statistics where it has them.
 * Rows with a null, a number that is not finite or a list of another length are bad; rows are numbered from 0.
 *
 * Throws `MissingFileError`, `FormatError`, `EmptyDatasetError`, `DataOptionError`, `BadItemError`.
 *
 * @example
 * const codes = await openParquet("codes.parquet", { columns: ["embedding"], label: "class" });
 */
export async function openParquet(path: string, options: ParquetOptions = {}): Promise<Dataset> {
  return openGiven(path, { ...options });
}

export async function openGiven(path: string, given: GivenOptions): Promise<Dataset> {
  const options = readOptions(path, kinds, given);
  const file = await openParquetFile(path);
  try {
    const { metadata, schema, scan } = file;
    const length = Number(metadata.num_rows);
    if (length === 0 || scan.ranges.length === 0) throw new EmptyDatasetError(path, "no row in it");
    const planned = planParquetColumns(path, schema, options);
    const columns = await Promise.all(planned.map((column) => measureWidth(file, column)));
    const bad = new Map<number, BadItemError>();
    const labels =
      options.label === undefined
        ? {}
        : await readLabels(file, options.label, bad, options.skipBad || options.check === false);
    const groups = new RowGroups(file, columns, options.memory ?? MEMORY, bad);
    const width = columns.reduce((sum, column) => sum + column.width, 0);
    const dataset: Omit<Dataset, "range"> = {
      name: options.name ?? basename(path),
      length,
      shape: reshaped(path, [width], options.shape),
      dtype: "float32",
      columns: columns.flatMap(({ name, list, width }) =>
        list ? Array.from({ length: width }, (_, i) => `${name}.${i}`) : name,
      ),
      ...labels,
      ...(options.classNames && { classNames: options.classNames }),
      ...(options.keep && { kept: options.keep.map((name) => keptColumn(file, name)) }),
      async read(start, end) {
        checkSpan(path, start, end, length);
        return groups.read(start, end);
      },
      async gather(indices) {
        for (const index of indices) checkSpan(path, index, index + 1, length);
        return groups.gather(indices);
      },
      close: () => groups.close(),
    };
    const range = options.range ?? rangeFromStatistics(metadata, columns);
    return await survey(dataset, { ...options, ...(range && { range }) });
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

/** A list is as long as that of the first row that has one. */
async function measureWidth({ path, scan }: ParquetFile, column: ParquetColumn): Promise<FeatureColumn> {
  if (!column.list) return { ...column, width: 1 };
  for (const range of scan.ranges) {
    const cells = await scan.readColumn({ column: column.name, ...range }).catch((error) => {
      throw unreadable(path, error);
    });
    for (const cell of cells) if (isList(cell) && cell.length > 0) return { ...column, width: cell.length };
  }
  throw new EmptyDatasetError(`${path}: column ${JSON.stringify(column.name)}`, "no list with a value in it");
}

/** The whole column, row group by row group. Rows without a label are bad. */
async function readLabels(
  { path, scan }: ParquetFile,
  label: string,
  bad: Map<number, BadItemError>,
  isLater = false,
) {
  const where = `column ${JSON.stringify(label)}`;
  const column = new LabelColumn(`${path}: ${where}`);
  let some: string | undefined;
  let missing = 0;
  for (const range of scan.ranges) {
    const cells = await scan.readColumn({ column: label, ...range }).catch((error) => {
      throw unreadable(path, error);
    });
    for (let i = 0; i < cells.length; i++) {
      const cell: unknown = cells[i];
      const known = cell !== null && cell !== undefined && cell !== "";
      if (known) {
        some ??= String(cell);
        for (; missing > 0; missing--) column.add(some);
        column.add(String(cell));
        continue;
      }
      const item = `row ${range.rowStart + i}`;
      const error = new BadItemError(`${path}: ${item}`, item, `${where} has no value`, "a label");
      if (!isLater) throw error;
      bad.set(range.rowStart + i, error);
      // Its place is kept with any label: the row will be left out.
      if (some === undefined) missing++;
      else column.add(some);
    }
  }
  return column.finish();
}
