// Writes Parquet files row group by row group, by hyparquet-writer.
import * as zlib from "node:zlib";
import type { CompressionCodec, DecodedArray } from "hyparquet";
import type { ParquetWriter } from "hyparquet-writer";
import { type Column, isVector, ownColumns, type Rows, type Values, vectorsOf } from "../../columns.ts";
import { FeatureOptionError, FeatureSetError } from "../../errors.ts";
import type { Compression } from "../../plan.ts";
import { joinValues } from "../cells.ts";
import type { RowWriter } from "../format.ts";
import { CodeChunk } from "./code-chunk.ts";
import { parquetSchema } from "./schema.ts";

/** Rows that are described, and read, together; what a writer holds in memory. */
const GROUP_ROWS = 16_384;

const codecs: Readonly<Record<Compression, CompressionCodec>> = {
  none: "UNCOMPRESSED",
  snappy: "SNAPPY",
  zstd: "ZSTD",
};

export async function openParquetWriter(
  path: string,
  columns: readonly Column[],
  compression: Compression,
): Promise<RowWriter> {
  const { fileWriter, ParquetWriter } = await import("hyparquet-writer");
  const codec = codecs[compression];
  const compressors = compressorsFor(compression);
  const vector = columns.find(isVector);
  if (!vector) throw new FeatureSetError("the columns have no code; expected one");
  const isOptional = (name: string) => !ownColumns.includes(name);
  const parquet = new ParquetWriter({
    writer: fileWriter(path),
    schema: parquetSchema(columns, isOptional),
    ...{ codec, compressors, createdBy: "latentkit" },
  });
  const scalars = columns.filter((column) => !isVector(column));
  let parts: (readonly Values[])[] = [];
  let codes = new CodeChunk(vector, codec, parquet.compressors);

  const writeGroup = async () => {
    const columnData = scalars.map((column) => {
      const at = columns.indexOf(column);
      const values = parts.map((part) => part[at] as Values);
      return { name: column.name, data: joinValues(values, column) as DecodedArray };
    });
    await parquet.write({ columnData, rowGroupSize: codes.rows });
    const chunk = codes.finish(parquet.writer);
    const group = parquet.row_groups.at(-1);
    if (!group) throw new FeatureSetError(`${path}: hyparquet-writer made no row group`);
    const { total_compressed_size: packed = 0n, total_uncompressed_size: whole = 0n } = chunk.meta_data ?? {};
    group.columns.push(chunk);
    group.total_byte_size += whole;
    group.total_compressed_size = (group.total_compressed_size ?? 0n) + packed;
    parts = [];
    codes = new CodeChunk(vector, codec, parquet.compressors);
  };
  return {
    async add({ count, values }: Rows) {
      if (count === 0) return;
      parts.push(values);
      codes.add(vectorsOf(values[columns.indexOf(vector)]));
      if (codes.rows >= GROUP_ROWS) await writeGroup();
    },
    async finish() {
      if (codes.rows > 0) await writeGroup();
      await parquet.finish();
    },
    // hyparquet-writer opens the file anew for each piece.
    async close() {},
  };
}

type Compressor = ParquetWriter["compressors"]["SNAPPY"];

/** Throws `FeatureOptionError` where this Node does not have it. */
export function compressorsFor(compression: Compression): { readonly ZSTD?: Compressor } {
  if (compression !== "zstd") return {};
  const compress = "zstdCompressSync" in zlib ? zlib.zstdCompressSync : undefined;
  if (typeof compress === "function") return { ZSTD: (input: Uint8Array) => compress(input) };
  throw new FeatureOptionError(
    "compression",
    compression,
    "snappy or none, or Node 22.15 or newer, which has zstd",
  );
}
