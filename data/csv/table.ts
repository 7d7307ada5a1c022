// Turns rows of texts into rows of float32 and labels, and keeps them.
import { BadItemError } from "../errors.ts";
import { LabelColumn } from "../labels.ts";
import { RangeMeter } from "../range.ts";
import type { RowStore } from "../rows/row-store.ts";
import type { TextRows } from "../rows/text-rows.ts";
import type { BadItems } from "../skipped.ts";
import { isEmptyRow, parseNumber, type TableColumns } from "./columns.ts";

export interface TableParts {
  readonly store: RowStore;
  /** For the columns that are kept as texts, where there are any. */
  readonly kept: TextRows | undefined;
  readonly bad: BadItems;
  /** Whether a bad row is left out, or refused, at once. */
  readonly check: boolean;
}

export class TableBuilder {
  readonly #path: string;
  readonly #columns: TableColumns;
  readonly #store: RowStore;
  readonly #bad: BadItems;
  readonly #labels: LabelColumn | undefined;
  readonly #kept: TextRows | undefined;
  /** Row to what is wrong with it, where that is to be said when it is read; else undefined. */
  readonly late: Map<number, BadItemError> | undefined;
  readonly meter = new RangeMeter();
  /** Rows kept so far. */
  length = 0;

  constructor(path: string, columns: TableColumns, { store, kept, bad, check }: TableParts) {
    this.#path = path;
    this.#kept = kept;
    this.late = check ? undefined : new Map();
    this.#columns = columns;
    this.#store = store;
    this.#bad = bad;
    this.#labels = columns.label && new LabelColumn(`${path}: column ${JSON.stringify(columns.label.name)}`);
  }

  /** @param first the number of the first row, as a spreadsheet shows it: from 1, the header included */
  async add(rows: readonly (readonly string[])[], first: number): Promise<void> {
    const width = this.#columns.features.length;
    const values = new Float32Array(rows.length * width);
    const texts: string[][] = [];
    let kept = 0;
    for (const [i, row] of rows.entries()) {
      if (isEmptyRow(row)) continue;
      try {
        this.#convert(row, first + i, values.subarray(kept * width, (kept + 1) * width));
      } catch (error) {
        if (!this.late || !(error instanceof BadItemError)) {
          this.#bad.add(error);
          continue;
        }
        values.fill(0, kept * width, (kept + 1) * width);
        this.#labels?.addNone();
        this.late.set(this.length + kept, error);
      }
      kept++;
      if (this.#kept) texts.push(this.#columns.kept.map(({ index }) => row[index] ?? ""));
    }
    await this.#kept?.append(texts);
    const good = values.subarray(0, kept * width);
    this.meter.add(good);
    await this.#store.write(this.length, new Uint8Array(good.buffer, 0, good.byteLength));
    this.length += kept;
  }

  finish() {
    return this.#labels?.finish();
  }

  /** Throws `BadItemError`. */
  #convert(row: readonly string[], number: number, out: Float32Array): void {
    const { width, features, names, label } = this.#columns;
    if (row.length !== width) {
      this.#refuse(
        number,
        `has ${row.length} cell${row.length === 1 ? "" : "s"}`,
        `${width}, as the first row has`,
      );
    }
    features.forEach((index, i) => {
      const cell = row[index] ?? "";
      out[i] = parseNumber(cell);
      if (Number.isFinite(out[i])) return;
      const found = `column ${JSON.stringify(names[i])} is ${JSON.stringify(cell)}`;
      const hint = number === 1 ? "; header=true if row 1 holds names" : "";
      this.#refuse(number, found, `a finite float32 number, such as -1.5e3${hint}`);
    });
    if (!label) return;
    const text = row[label.index] ?? "";
    if (text === "") this.#refuse(number, `column ${JSON.stringify(label.name)} is empty`, "a label");
    this.#labels?.add(text);
  }

  #refuse(row: number, found: string, wanted: string): never {
    const item = `row ${row}`;
    throw new BadItemError(`${this.#path}: ${item}`, item, found, wanted);
  }
}
