// The column chunk of the ids of a row group: texts that nearly all differ, none of them null.
import type { ColumnChunk } from "hyparquet";
import type { ParquetWriter } from "hyparquet-writer";
import { PageMemory } from "./page-memory.ts";
import { type Codec, type Compressors, PAGE_BYTES, Pages } from "./pages.ts";

const LENGTH_BYTES = 4;
/** Of UTF-8, for each of a text's code units. */
const MOST_BYTES_PER_UNIT = 3;

export class IdChunk {
  readonly #pages: Pages;
  readonly #memory = new PageMemory(PAGE_BYTES);
  #page = this.#memory.take();
  #filled = 0;
  #waitingRows = 0;
  #smallest: string | undefined;
  #largest: string | undefined;
  #isAscii = true;

  constructor(name: string, codec: Codec, compressors: Compressors) {
    this.#pages = new Pages({ path: [name], type: "BYTE_ARRAY", encoding: "PLAIN" }, codec, compressors);
  }

  add(ids: readonly string[]): void {
    for (const id of ids) this.#append(id);
  }

  /** Writes what is in the chunk, which is empty then; gives its description for the footer. */
  finish(writer: ParquetWriter["writer"]): ColumnChunk {
    if (this.#waitingRows > 0) this.#makePage();
    // ASCII sorts alike by bytes, which is what the format wants, and by code units; other texts get no bounds.
    const [min_value, max_value] = [this.#smallest, this.#largest];
    const isKnown = this.#isAscii && min_value !== undefined && max_value !== undefined;
    const chunk = this.#pages.finish(writer, isKnown ? { min_value, max_value, null_count: 0n } : undefined);
    this.#smallest = undefined;
    this.#largest = undefined;
    this.#isAscii = true;
    return chunk;
  }

  /** Lets go of its memory; nothing may be added any more. */
  end(): void {
    this.#memory.end();
  }

  #append(id: string): void {
    const room = LENGTH_BYTES + MOST_BYTES_PER_UNIT * id.length;
    if (this.#filled > 0 && this.#filled + room > PAGE_BYTES) this.#makePage();
    if (room > this.#page.length) {
      this.#memory.giveBack(this.#page);
      this.#page = Buffer.allocUnsafeSlow(room);
    }
    const bytes = this.#page.write(id, this.#filled + LENGTH_BYTES);
    this.#page.writeUInt32LE(bytes, this.#filled);
    this.#filled += LENGTH_BYTES + bytes;
    this.#waitingRows++;
    if (bytes !== id.length) this.#isAscii = false;
    if (this.#smallest === undefined || id < this.#smallest) this.#smallest = id;
    if (this.#largest === undefined || id > this.#largest) this.#largest = id;
  }

  #makePage(): void {
    const rows = this.#waitingRows;
    const page = this.#page;
    const free = () => this.#memory.giveBack(page);
    this.#pages.add({ rows, valueCount: rows, values: page.subarray(0, this.#filled), free });
    this.#page = this.#memory.take();
    this.#filled = 0;
    this.#waitingRows = 0;
  }
}
