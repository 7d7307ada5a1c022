// Opens .csv files: one streaming pass turns the text into float32 rows, which are what is read from then on.
import { basename } from "node:path";
import type { Dataset, KeptColumn } from "../dataset.ts";
import { EmptyDatasetError } from "../errors.ts";
import { checkSpan } from "../memory.ts";
import {
  type CheckOptions,
  type CommonOptions,
  checkKinds,
  commonKinds,
  flag,
  type GivenOptions,
  type KeepOptions,
  keepKinds,
  names,
  type OptionKind,
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
import { MEMORY, RowStore } from "../rows/row-store.ts";
import { TextRows } from "../rows/text-rows.ts";
import { reshaped } from "../shape.ts";
import { BadItems } from "../skipped.ts";
import { type ColumnOptions, isEmptyRow, planColumns, type TableColumns } from "./columns.ts";
import { readRows } from "./rows.ts";
import { TableBuilder } from "./table.ts";

export interface CsvOptions
  extends CommonOptions,
    SkipOptions,
    CheckOptions,
    RangeOptions,
    ShapeOptions,
    ColumnOptions,
    KeepOptions {
  /** What stands between cells: one character, or `tab`. Default: guessed. */
  readonly delimiter?: string;
  /** MiB of values to keep in memory; beyond that all are kept in a temporary file. Default 512. */
  readonly memory?: number;
}

const delimiter: OptionKind<string> = {
  wanted: "one character, or tab",
  read(value) {
    if (value === "tab") return "\t";
    return typeof value === "string" && value.length === 1 ? value : undefined;
  },
};

const kinds: OptionKinds<CsvOptions> = {
  ...commonKinds,
  ...skipKinds,
  ...rangeKinds,
  ...shapeKinds,
  columns: names,
  label: text,
  header: flag,
  delimiter,
  memory: wholeNumber(0),
  ...checkKinds,
  ...keepKinds,
};

/** Rows from which columns are told apart. */
const SAMPLE = 100;

/**
 * Reads a table (gzip accepted): items are float32 of shape `[number of columns]`. Rows with another number of cells,
 * with a cell that is no number, or without a label are bad; they are numbered as a spreadsheet shows them.
 *
 * The values go to memory, or, where they are more than `memory`, to a temporary file of 4 bytes each. An index of
 * row offsets in the text would need no second file, but would parse the text again in every epoch.
 *
 * Throws `MissingFileError`, `FormatError`, `EmptyDatasetError`, `DataOptionError`, `BadItemError`.
 *
 * @example
 * const iris = await openCsv("iris.csv", { label: "species" });
 */
export async function openCsv(path: string, options: CsvOptions = {}): Promise<Dataset> {
  return openGiven(path, { ...options });
}

export async function openGiven(path: string, given: GivenOptions): Promise<Dataset> {
  const options = readOptions(path, kinds, given);
  const bad = new BadItems(options.skipBad);
  const opened = await readTable(path, options, bad);
  if (!opened) throw new EmptyDatasetError(path, "no row in it");
  const { store, table, columns, kept } = opened;
  const checkRow = (row: number) => {
    const error = table.late?.get(row);
    if (error) throw error;
  };
  const close = async () => {
    await store.close();
    await kept?.close();
  };
  try {
    const { length } = table;
    if (length === 0) bad.refuseEmpty(path);
    const dataset: Dataset = {
      name: options.name ?? basename(path),
      length,
      shape: reshaped(path, [columns.features.length], options.shape),
      dtype: "float32",
      range: options.range ?? table.meter.range,
      columns: columns.names,
      ...table.finish(),
      ...(options.classNames && { classNames: options.classNames }),
      ...bad.fields,
      ...(kept && { kept: columns.kept.map(({ name }, at) => keptColumn(name, at, kept)) }),
      async read(start, end) {
        checkSpan(path, start, end, length);
        for (let row = start; row < end; row++) checkRow(row);
        return new Float32Array((await store.read(start, end)).buffer);
      },
      async gather(indices) {
        for (const index of indices) {
          checkSpan(path, index, index + 1, length);
          checkRow(index);
        }
        return new Float32Array((await store.gather(indices)).buffer);
      },
      close,
    };
    return dataset;
  } catch (error) {
    await close();
    throw error;
  }
}

function keptColumn(name: string, at: number, rows: TextRows): KeptColumn {
  return {
    name,
    type: "text",
    async read(start, end) {
      return (await rows.read(start, end)).map((texts) => texts[at] ?? "");
    },
  };
}

/** All rows of the file; undefined where it has none. */
async function readTable(path: string, options: CsvOptions, bad: BadItems) {
  let opened:
    | { columns: TableColumns; store: RowStore; table: TableBuilder; kept: TextRows | undefined }
    | undefined;
  let sample: (readonly string[])[] = [];
  const begin = async () => {
    const columns = planColumns(path, sample, options);
    const store = new RowStore(4 * columns.features.length, options.memory ?? MEMORY);
    const kept = columns.kept.length > 0 ? new TextRows() : undefined;
    const table = new TableBuilder(path, columns, { store, kept, bad, check: options.check ?? true });
    opened = { columns, store, table, kept };
    const rows = sample;
    sample = [];
    const start = rows.findIndex((row) => !isEmptyRow(row)) + (columns.header ? 1 : 0);
    await opened.table.add(rows.slice(start), 1 + start);
  };
  try {
    const separator = options.delimiter ?? (/\.tsv(\.gz)?$/i.test(path) ? "\t" : "");
    await readRows(path, separator, async (rows, first) => {
      if (opened) return opened.table.add(rows, first);
      for (const row of rows) sample.push(row);
      if (sample.length > SAMPLE) await begin();
    });
    if (!opened && sample.some((row) => !isEmptyRow(row))) await begin();
    return opened;
  } catch (error) {
    await opened?.store.close();
    await opened?.kept?.close();
    throw error;
  }
}
