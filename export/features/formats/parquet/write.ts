// Writes Parquet files row group by row group: codes and ids as chunks of our own, all else by hyparquet-writer.
import * as zlib from "node:zlib";
import type { ColumnChunk, CompressionCodec, DecodedArray } from "hyparquet";
import type { ParquetWriter } from "hyparquet-writer";
import { forget } from "../../../../runtime/node/forget.ts";
import {
  type Column,
  isVector,
  ownColumns,
  type Rows,
  type ScalarColumn,
  type Values,
  vectorsOf,
} from "../../columns.ts";
import { FeatureOptionError, FeatureSetError } from "../../errors.ts";
import type { Compression } from "../../plan.ts";
import { joinValues, own } from "../cells.ts";
import type { RowWriter } from "../format.ts";
import { CodeChunk } from "./code-chunk.ts";
import { IdChunk } from "./id-chunk.ts";
import { PAGE_BYTES } from "./pages.ts";
import { parquetSchema } from "./schema.ts";

/** Rows that are described, and read, together; what a writer holds in memory. */
const GROUP_ROWS = 16_384;

/** What hyparquet-writer holds back before it writes to the file, and a page. */
const BUFFER_BYTES = 1_000_000 + PAGE_BYTES;

const codecs: Readonly<Record<Compression, CompressionCodec>> = {
  none: "UNCOMPRESSED",
  snappy: "SNAPPY",
  zstd: "ZSTD",
};

/** The first column is the id and the last one the code, as `planColumns` has it. */
export async function openParquetWriter(
  path: string,
  columns: readonly Column[],
  compression: Compression,
): Promise<RowWriter> {
  const { fileWriter, ParquetWriter } = await import("hyparquet-writer");
  const codec = codecs[compression];
  const compressors = compressorsFor(compression);
  const [id, vector] = [columns[0], columns.at(-1)];
  const isOptional = (name: string) => !ownColumns.includes(name);
  const isId = id && !isVector(id) && id.type === "text" && !isOptional(id.name);
  if (!isId || !vector || !isVector(vector)) {
    const found = columns.map(({ name }) => name).join(", ");
    throw new FeatureSetError(`${path}: the columns are ${found}; expected the id first and the code last`);
  }
  const writer = fileWriter(path);
  // Else it would grow to that step by step, anew for each shard.
  writer.ensure(BUFFER_BYTES);
  const parquet = new ParquetWriter({
    writer,
    schema: parquetSchema(columns, isOptional),
    ...{ codec, compressors, createdBy: "latentkit" },
  });
  const others = columns.slice(1, -1) as readonly ScalarColumn[];
  /** Of the other columns. */
  let parts: (readonly Values[])[] = [];
  const ids = new IdChunk(id.name, codec, parquet.compressors);
  const codes = new CodeChunk(vector, codec, parquet.compressors);

  const writeGroup = async () => {
    const { rows } = codes;
    const idChunk = ids.finish(parquet.writer);
    const columnData = others.map((column, i) => {
      const values = parts.map((part) => part[i] as Values);
      return { name: column.name, data: joinValues(values, column) as DecodedArray };
    });
    await parquet.write({ columnData, rowGroupSize: rows });
    const chunks = [
      idChunk,
      ...(others.length > 0 ? takeGroup(parquet, path) : []),
      codes.finish(parquet.writer),
    ];
    addGroup(parquet, chunks, rows);
    parts = [];
  };
  return {
    async add({ count, values }: Rows) {
      if (count === 0) return;
      parts.push(values.slice(1, -1).map(own));
      ids.add(values[0] as readonly string[]);
      codes.add(vectorsOf(values.at(-1)));
      if (codes.rows >= GROUP_ROWS) await writeGroup();
    },
    async finish() {
      if (codes.rows > 0) await writeGroup();
      await parquet.finish();
    },
    // hyparquet-writer opens the file anew for each piece; only memory is to be let go of.
    async close() {
      ids.end();
      codes.end();
      forget([parquet.writer.buffer]);
    },
  };
}

/** The chunks of the group that was written last, of which the footer then says nothing. */
function takeGroup(parquet: ParquetWriter, path: string): readonly ColumnChunk[] {
  const group = parquet.row_groups.pop();
  if (!group) throw new FeatureSetError(`${path}: hyparquet-writer made no row group`);
  parquet.num_rows -= group.num_rows;
  return group.columns;
}

function addGroup(parquet: ParquetWriter, columns: ColumnChunk[], rows: number): void {
  const sum = (size: "total_uncompressed_size" | "total_compressed_size") =>
    columns.reduce((total, { meta_data }) => total + (meta_data?.[size] ?? 0n), 0n);
  parquet.num_rows += BigInt(rows);
  parquet.row_groups.push({
    columns,
    total_byte_size: sum("total_uncompressed_size"),
    total_compressed_size: sum("total_compressed_size"),
    num_rows: BigInt(rows),
  });
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
