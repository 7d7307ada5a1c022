// The data pages of a column chunk whose levels and values are known as bytes. hyparquet-writer encodes value by value;
// for the two columns that every row has, codes and ids, that would take most of the time of writing. Layout:
// parquet-format's README ("Data Pages") and Encodings.md.
import type { ColumnChunk, ColumnMetaData, Encoding, ParquetType } from "hyparquet";
import type { ParquetWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";

export type Codec = ParquetWriter["codec"];
export type Compressors = ParquetWriter["compressors"];

/** Pages are made as rows come, so that none takes long: the thread that makes them also keeps the graphs busy. */
export const PAGE_BYTES = 1 << 18;
/** Of each page so much is compressed first; where that does not help, the rest is left as it is. */
const TRIAL_BYTES = 1 << 14;
/** What gets no smaller than this should not take longer to read either. */
const WORTHWHILE = 0.95;

export interface ChunkColumn {
  readonly path: readonly string[];
  readonly type: ParquetType;
  readonly encoding: Encoding;
}

/** What one page holds, before compression. */
export interface Page {
  readonly rows: number;
  /** Numbers, texts: as many as there are levels. */
  readonly valueCount: number;
  readonly repetitionLevels?: Uint8Array;
  readonly definitionLevels?: Uint8Array;
  readonly values: Uint8Array;
  /** Called when the values are needed no more; they are not to be changed before. */
  readonly free: () => void;
}

interface PackedPage extends Page {
  /** Before compression. */
  readonly valueBytes: number;
  readonly isCompressed: boolean;
}

const none = new Uint8Array(0);

export class Pages {
  readonly #column: ChunkColumn;
  readonly #codec: Codec;
  readonly #compress: Compressors[Codec];
  #pages: PackedPage[] = [];
  #rows = 0;

  constructor(column: ChunkColumn, codec: Codec, compressors: Compressors) {
    this.#column = column;
    this.#codec = codec;
    this.#compress = compressors[codec];
  }

  /** Rows of all pages so far. */
  get rows(): number {
    return this.#rows;
  }

  add(page: Page): void {
    const { values, free } = page;
    const packed = this.#pack(values);
    if (packed) free();
    this.#pages.push({
      ...page,
      ...{ valueBytes: values.length, isCompressed: packed !== undefined },
      ...(packed && { values: packed, free: () => {} }),
    });
    this.#rows += page.rows;
  }

  /** Writes all pages, after which there are none; gives their description for the footer. */
  finish(writer: ParquetWriter["writer"], statistics?: ColumnMetaData["statistics"]): ColumnChunk {
    const { path, type, encoding } = this.#column;
    const start = writer.offset;
    let uncompressed = 0;
    let valueCount = 0;
    for (const page of this.#pages) {
      uncompressed += writePage(writer, page, encoding);
      valueCount += page.valueCount;
      page.free();
    }
    this.#pages = [];
    this.#rows = 0;
    return {
      file_offset: BigInt(start),
      meta_data: {
        ...{ type, encodings: [encoding], path_in_schema: [...path], codec: this.#codec },
        num_values: BigInt(valueCount),
        total_compressed_size: BigInt(writer.offset - start),
        total_uncompressed_size: BigInt(uncompressed),
        data_page_offset: BigInt(start),
        ...(statistics && { statistics }),
      },
    };
  }

  #pack(values: Uint8Array): Uint8Array | undefined {
    const compress = this.#compress;
    if (!compress) return undefined;
    const helps = (part: Uint8Array) => {
      const packed = compress(part);
      return packed.length < WORTHWHILE * part.length ? packed : undefined;
    };
    if (values.length > TRIAL_BYTES && !helps(values.subarray(0, TRIAL_BYTES))) return undefined;
    return helps(values);
  }
}

/** Gives the bytes that the page would have without compression. */
function writePage(writer: ParquetWriter["writer"], page: PackedPage, encoding: Encoding): number {
  const { repetitionLevels = none, definitionLevels = none, values, valueBytes } = page;
  const levelBytes = repetitionLevels.length + definitionLevels.length;
  const start = writer.offset;
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: levelBytes + valueBytes,
    compressed_page_size: levelBytes + values.length,
    data_page_header_v2: {
      num_values: page.valueCount,
      num_nulls: 0,
      num_rows: page.rows,
      encoding,
      repetition_levels_byte_length: repetitionLevels.length,
      definition_levels_byte_length: definitionLevels.length,
      is_compressed: page.isCompressed,
    },
  });
  const headerBytes = writer.offset - start;
  for (const bytes of [repetitionLevels, definitionLevels, values]) writer.appendBytes(bytes);
  return headerBytes + levelBytes + valueBytes;
}
