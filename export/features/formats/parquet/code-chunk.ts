// The column chunk of the codes of a row group: lists of one length and without nulls, so that values are written as
// they lie in memory and levels are known beforehand.
import type { ColumnChunk } from "hyparquet";
import { ByteWriter, type ParquetWriter } from "hyparquet-writer";
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js";
import { type VectorColumn, type Vectors, vectorArrays } from "../../columns.ts";
import { PageMemory } from "./page-memory.ts";
import { type Codec, type Compressors, PAGE_BYTES, Pages } from "./pages.ts";
import { codeElements, LIST_PATH } from "./schema.ts";

export class CodeChunk {
  readonly #column: VectorColumn;
  readonly #rowBytes: number;
  readonly #memory: PageMemory;
  readonly #pages: Pages;
  /** Where the rows of the next page are gathered. */
  #page: Buffer<ArrayBuffer> | undefined;
  #filled = 0;

  constructor(column: VectorColumn, codec: Codec, compressors: Compressors) {
    this.#column = column;
    const { name, type, size } = column;
    this.#rowBytes = size * vectorArrays[type].BYTES_PER_ELEMENT;
    this.#memory = new PageMemory(this.#rowBytes * Math.max(1, Math.floor(PAGE_BYTES / this.#rowBytes)));
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
    return this.#pages.rows + this.#filled / this.#rowBytes;
  }

  /** Copies the vectors. */
  add({ buffer, byteOffset, byteLength }: Vectors): void {
    // Little-endian in memory as in the file.
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let at = 0; at < byteLength; ) {
      this.#page ??= this.#memory.take();
      const part = bytes.subarray(at, at + this.#page.length - this.#filled);
      this.#page.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#page.length) this.#makePage(this.#page);
    }
  }

  /** Writes what is in the chunk, which is empty then; gives its description for the footer. */
  finish(writer: ParquetWriter["writer"]): ColumnChunk {
    if (this.#page && this.#filled > 0) this.#makePage(this.#page);
    return this.#pages.finish(writer);
  }

  /** Lets go of its memory; nothing may be added any more. */
  end(): void {
    this.#memory.end();
  }

  #makePage(page: Buffer<ArrayBuffer>): void {
    const rows = this.#filled / this.#rowBytes;
    const { size, type } = this.#column;
    const values = page.subarray(0, this.#filled);
    const free = () => this.#memory.giveBack(page);
    this.#pages.add({
      ...{ rows, valueCount: rows * size },
      repetitionLevels: repetitionLevels(rows, size),
      definitionLevels: definitionLevels(rows * size),
      values: type === "int8" ? deltaPacked(values) : values,
      free,
    });
    this.#page = undefined;
    this.#filled = 0;
  }
}

/** DELTA_BINARY_PACKED, of bytes with a sign. */
function deltaPacked({ buffer, byteOffset, byteLength }: Buffer<ArrayBuffer>): Uint8Array {
  const writer = new ByteWriter();
  deltaBinaryPack(writer, Int32Array.from(new Int8Array(buffer, byteOffset, byteLength)), "INT32");
  return writer.getBytes();
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
