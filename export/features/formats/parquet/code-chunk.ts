// The column chunk of the codes of a row group: lists of one length and without nulls, so that values are written as
// they lie in memory and levels are known beforehand.
import type { ColumnChunk } from "hyparquet";
import { ByteWriter, type ParquetWriter } from "hyparquet-writer";
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js";
import type { VectorColumn, Vectors } from "../../columns.ts";
import { type Codec, type Compressors, PAGE_BYTES, Pages } from "./pages.ts";
import { codeElements, LIST_PATH } from "./schema.ts";

export class CodeChunk {
  readonly #column: VectorColumn;
  readonly #pages: Pages;
  #waiting: Vectors[] = [];
  #waitingRows = 0;

  constructor(column: VectorColumn, codec: Codec, compressors: Compressors) {
    this.#column = column;
    const { name, type } = column;
    this.#pages = new Pages(
      {
        ...{ path: [name, ...LIST_PATH], type: codeElements[type].type },
        encoding: type === "int8" ? "DELTA_BINARY_PACKED" : "PLAIN",
      },
      codec,
      compressors,
    );
  }

  /** Rows that are in the chunk. */
  get rows(): number {
    return this.#pages.rows + this.#waitingRows;
  }

  /** The vectors are not to be changed until the chunk is written. */
  add(vectors: Vectors): void {
    this.#waiting.push(vectors);
    this.#waitingRows += vectors.length / this.#column.size;
    if (this.#waitingRows * this.#column.size * vectors.BYTES_PER_ELEMENT >= PAGE_BYTES) this.#makePage();
  }

  /** Writes what is in the chunk, which is empty then; gives its description for the footer. */
  finish(writer: ParquetWriter["writer"]): ColumnChunk {
    if (this.#waitingRows > 0) this.#makePage();
    return this.#pages.finish(writer);
  }

  #makePage(): void {
    const rows = this.#waitingRows;
    const { size } = this.#column;
    this.#pages.add({
      ...{ rows, valueCount: rows * size },
      repetitionLevels: repetitionLevels(rows, size),
      definitionLevels: definitionLevels(rows * size),
      values: this.#encode(this.#waiting),
    });
    this.#waiting = [];
    this.#waitingRows = 0;
  }

  #encode(parts: readonly Vectors[]): readonly Uint8Array[] {
    if (this.#column.type === "int8") {
      const writer = new ByteWriter();
      deltaBinaryPack(writer, Int32Array.from(parts.flatMap((part) => Array.from(part))), "INT32");
      return [writer.getBytes()];
    }
    // Little-endian in memory as in the file.
    return parts.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  }
}

/** 0 where a row begins, else 1: one bit each, in groups of 8 (a bit-packed run of width 1). */
function repetitionLevels(rows: number, size: number): Uint8Array {
  const groups = Math.ceil((rows * size) / 8);
  const writer = new ByteWriter(groups + 8);
  writer.appendVarInt(groups * 2 + 1);
  const bits = new Uint8Array(groups).fill(0xff);
  for (let at = 0; at < rows * size; at += size) {
    const byte = at >>> 3;
    bits[byte] = (bits[byte] as number) & ~(1 << (at & 7));
  }
  writer.appendBytes(bits);
  return writer.getBytes();
}

/** 1 for every value, which says that it is there: one run. */
function definitionLevels(count: number): Uint8Array {
  const writer = new ByteWriter();
  writer.appendVarInt(count * 2);
  writer.appendUint8(1);
  return writer.getBytes();
}
