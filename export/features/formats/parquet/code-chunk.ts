// The column chunk of the codes of a row group. hyparquet-writer writes lists value by value; here every list has the
// same length and no null, so that values are copied as they lie in memory and levels are known beforehand: ten times
// faster. Layout: parquet-format's README ("Data Pages") and Encodings.md.
import type { ColumnChunk, Encoding } from "hyparquet";
import { ByteWriter, type ParquetWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js";
import type { VectorColumn, Vectors } from "../../columns.ts";
import { codeElements, LIST_PATH } from "./schema.ts";

type Codec = ParquetWriter["codec"];
type Compressors = ParquetWriter["compressors"];

/** Pages are made as rows come, so that none takes long: the thread that makes them also keeps the graphs busy. */
const PAGE_BYTES = 1 << 18;

export class CodeChunk {
  readonly #column: VectorColumn;
  readonly #codec: Codec;
  readonly #compress: Compressors[Codec];
  readonly #pages = new ByteWriter(PAGE_BYTES);
  #waiting: Vectors[] = [];
  #waitingRows = 0;
  #rows = 0;
  #uncompressed = 0;

  constructor(column: VectorColumn, codec: Codec, compressors: Compressors) {
    this.#column = column;
    this.#codec = codec;
    this.#compress = compressors[codec];
  }

  /** Rows that are in the chunk. */
  get rows(): number {
    return this.#rows + this.#waitingRows;
  }

  /** The vectors are not to be changed until they are in a page. */
  add(vectors: Vectors): void {
    this.#waiting.push(vectors);
    this.#waitingRows += vectors.length / this.#column.size;
    if (this.#waitingRows * this.#column.size * vectors.BYTES_PER_ELEMENT >= PAGE_BYTES) this.#makePage();
  }

  /** Writes the pages; gives their description for the footer. */
  finish(writer: ParquetWriter["writer"]): ColumnChunk {
    if (this.#waitingRows > 0) this.#makePage();
    const { name, size, type } = this.#column;
    const offset = BigInt(writer.offset);
    const bytes = this.#pages.getBytes();
    writer.appendBytes(bytes);
    return {
      file_offset: offset,
      meta_data: {
        type: codeElements[type].type,
        encodings: [this.#encoding],
        path_in_schema: [name, ...LIST_PATH],
        codec: this.#codec,
        num_values: BigInt(this.#rows * size),
        total_compressed_size: BigInt(bytes.length),
        total_uncompressed_size: BigInt(this.#uncompressed),
        data_page_offset: offset,
      },
    };
  }

  get #encoding(): Encoding {
    return this.#column.type === "int8" ? "DELTA_BINARY_PACKED" : "PLAIN";
  }

  #makePage(): void {
    const { size } = this.#column;
    const rows = this.#waitingRows;
    const values = this.#encode(this.#waiting);
    const levels = [repetitionLevels(rows, size), definitionLevels(rows * size)] as const;
    const [repetition, definition] = levels;
    const levelBytes = repetition.length + definition.length;
    const packed = this.#compress?.(values) ?? values;
    // Numbers without much regularity do not get smaller: then reading them should not take longer either.
    const isSmaller = packed.length < 0.95 * values.length;
    const body = isSmaller ? packed : values;
    const before = this.#pages.offset;
    writePageHeader(this.#pages, {
      type: "DATA_PAGE_V2",
      uncompressed_page_size: levelBytes + values.length,
      compressed_page_size: levelBytes + body.length,
      data_page_header_v2: {
        num_values: rows * size,
        num_nulls: 0,
        num_rows: rows,
        encoding: this.#encoding,
        repetition_levels_byte_length: repetition.length,
        definition_levels_byte_length: definition.length,
        is_compressed: isSmaller,
      },
    });
    this.#uncompressed += this.#pages.offset - before + levelBytes + values.length;
    for (const bytes of [...levels, body]) this.#pages.appendBytes(bytes);
    this.#rows += rows;
    this.#waiting = [];
    this.#waitingRows = 0;
  }

  #encode(parts: readonly Vectors[]): Uint8Array {
    const writer = new ByteWriter();
    if (this.#column.type === "int8") {
      deltaBinaryPack(writer, Int32Array.from(parts.flatMap((part) => Array.from(part))), "INT32");
    } else {
      // Little-endian in memory as in the file.
      for (const { buffer, byteOffset, byteLength } of parts)
        writer.appendBytes(new Uint8Array(buffer, byteOffset, byteLength));
    }
    return writer.getBytes();
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
