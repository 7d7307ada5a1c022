// Row groups as rows of float32: decoded when the first of their rows is read, and kept.
import { BadItemError } from "../errors.ts";
import { LARGEST_EXACT } from "../range.ts";
import { RowStore } from "../rows/row-store.ts";
import { type ParquetColumn, toFloat } from "./columns.ts";
import { type ParquetFile, unreadable } from "./file.ts";

export interface FeatureColumn extends ParquetColumn {
  /** Values in a row: 1, or the length of the lists. */
  readonly width: number;
}

export class RowGroups {
  readonly #file: ParquetFile;
  readonly #columns: readonly FeatureColumn[];
  readonly #width: number;
  readonly #store: RowStore;
  /** Row to what is wrong with it. */
  readonly #bad: Map<number, BadItemError>;
  readonly #decoded: (Promise<void> | undefined)[] = [];
  #last: Promise<void> = Promise.resolve();

  /** @param bad rows known to be bad already; those found later are added */
  constructor(
    file: ParquetFile,
    columns: readonly FeatureColumn[],
    memory: number,
    bad: Map<number, BadItemError>,
  ) {
    this.#file = file;
    this.#columns = columns;
    this.#width = columns.reduce((sum, { width }) => sum + width, 0);
    this.#store = new RowStore(4 * this.#width, memory);
    this.#bad = bad;
  }

  /** Throws `BadItemError` for the first bad row among those wanted, and `FormatError`. */
  async read(start: number, end: number): Promise<Float32Array<ArrayBuffer>> {
    for (const [group, { rowStart, rowEnd }] of this.#file.scan.ranges.entries()) {
      if (rowStart < end && rowEnd > start) await this.#decode(group);
    }
    for (let row = start; row < end && this.#bad.size > 0; row++) this.#check(row);
    return new Float32Array((await this.#store.read(start, end)).buffer);
  }

  async gather(indices: Uint32Array): Promise<Float32Array<ArrayBuffer>> {
    for (const [group, { rowStart, rowEnd }] of this.#file.scan.ranges.entries()) {
      if (indices.some((row) => row >= rowStart && row < rowEnd)) await this.#decode(group);
    }
    for (const row of this.#bad.size > 0 ? indices : []) this.#check(row);
    return new Float32Array((await this.#store.gather(indices)).buffer);
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await Promise.all([this.#store.close(), this.#file.handle.close()]);
  }

  #check(row: number): void {
    const error = this.#bad.get(row);
    if (error) throw error;
  }

  /** Each group once, one at a time. */
  #decode(group: number): Promise<void> {
    const known = this.#decoded[group];
    if (known) return known;
    const begun = this.#last.catch(() => undefined).then(() => this.#decodeNow(group));
    this.#decoded[group] = begun;
    this.#last = begun;
    return begun;
  }

  async #decodeNow(group: number): Promise<void> {
    const { path, scan } = this.#file;
    const range = scan.ranges[group];
    if (!range) return;
    const { rowStart, rowEnd } = range;
    const out = new Float32Array((rowEnd - rowStart) * this.#width);
    let offset = 0;
    for (const column of this.#columns) {
      const cells = await scan.readColumn({ column: column.name, rowStart, rowEnd }).catch((error) => {
        throw unreadable(
          `${path}: rows ${rowStart} to ${rowEnd - 1} of column ${JSON.stringify(column.name)}`,
          error,
        );
      });
      for (let row = 0; row < rowEnd - rowStart; row++) {
        const at = row * this.#width + offset;
        this.#convert(cells[row], column, rowStart + row, out.subarray(at, at + column.width));
      }
      offset += column.width;
    }
    await this.#store.write(rowStart, new Uint8Array(out.buffer));
  }

  #convert(cell: unknown, column: FeatureColumn, row: number, out: Float32Array): void {
    const cells = column.list ? cell : [cell];
    if (!isList(cells) || cells.length !== column.width) {
      const found = isList(cells) ? `holds ${cells.length} values` : "is null";
      this.#mark(row, column, found, `${column.width} values, as in the first row`);
      return;
    }
    for (let i = 0; i < column.width; i++) {
      const value = toFloat(cells[i], column);
      out[i] = value;
      if (Number.isFinite(out[i])) continue;
      const wanted = column.whole
        ? `whole numbers up to ${LARGEST_EXACT}, which float32 holds exactly`
        : "finite float32 numbers";
      const found = String(cells[i] ?? "null");
      this.#mark(row, column, column.list ? `has ${found} as value ${i}` : `is ${found}`, wanted);
      return;
    }
  }

  #mark(row: number, { name }: ParquetColumn, found: string, wanted: string): void {
    if (this.#bad.has(row)) return;
    const item = `row ${row}`;
    const what = `column ${JSON.stringify(name)} ${found}`;
    this.#bad.set(row, new BadItemError(`${this.#file.path}: ${item}`, item, what, wanted));
  }
}

/** Lists come as arrays or typed arrays. */
export function isList(cell: unknown): cell is ArrayLike<unknown> {
  return Array.isArray(cell) || (ArrayBuffer.isView(cell) && !(cell instanceof DataView));
}
