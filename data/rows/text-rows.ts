// Texts of a table's rows, kept in a temporary file until they are read, in the order they were written.
import { readBytes } from "../file.ts";
import { type TemporaryFile, temporaryFile } from "./temporary-file.ts";

/** Some rows that were written together. */
interface Block {
  /** Its first row. */
  readonly row: number;
  /** Where it is in the file, in bytes. */
  readonly start: number;
  readonly length: number;
}

export class TextRows {
  #file: Promise<TemporaryFile> | undefined;
  readonly #blocks: Block[] = [];
  #rows = 0;
  #bytes = 0;
  /** The newest block that was read: rows are mostly read one after the other. */
  #read: { readonly block: Block; readonly rows: Promise<readonly (readonly string[])[]> } | undefined;

  /** Adds rows of as many texts each. Calls must not overlap in time. */
  async append(rows: readonly (readonly string[])[]): Promise<void> {
    if (rows.length === 0) return;
    this.#file ??= temporaryFile();
    const bytes = Buffer.from(JSON.stringify(rows));
    await (await this.#file).handle.appendFile(bytes);
    this.#blocks.push({ row: this.#rows, start: this.#bytes, length: bytes.length });
    this.#rows += rows.length;
    this.#bytes += bytes.length;
  }

  /** Rows `start` (included) to `end` (excluded), which must be there. */
  async read(start: number, end: number): Promise<readonly (readonly string[])[]> {
    const out: (readonly string[])[] = [];
    for (let at = this.#blockOf(start); at < this.#blocks.length; at++) {
      const block = this.#blocks[at] as Block;
      if (block.row >= end) break;
      const rows = await this.#rowsOf(block);
      for (const row of rows.slice(Math.max(0, start - block.row), end - block.row)) out.push(row);
    }
    return out;
  }

  async close(): Promise<void> {
    await (await this.#file)?.close();
  }

  /** The number of the block that holds a row. */
  #blockOf(row: number): number {
    let [low, high] = [0, this.#blocks.length];
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if ((this.#blocks[middle] as Block).row <= row) low = middle;
      else high = middle;
    }
    return low;
  }

  #rowsOf(block: Block): Promise<readonly (readonly string[])[]> {
    if (this.#read?.block !== block) this.#read = { block, rows: this.#load(block) };
    return this.#read.rows;
  }

  async #load({ start, length }: Block): Promise<readonly (readonly string[])[]> {
    const { handle } = (await this.#file) as TemporaryFile;
    // What was written here comes back as it was.
    return JSON.parse(Buffer.from(await readBytes(handle, start, length)).toString()) as string[][];
  }
}
