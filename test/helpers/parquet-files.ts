// .parquet files written by hyparquet-writer.
import { type ColumnSource, type ParquetWriteOptions, parquetWriteBuffer } from "hyparquet-writer";

type WriteOptions = Omit<ParquetWriteOptions, "writer" | "columnData">;

export function parquetBytes(
  columnData: ColumnSource[],
  options: WriteOptions = {},
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parquetWriteBuffer({ columnData, ...options }));
}

/** The schema of one column of lists of floats, in three levels as the format has it. */
const listSchema = [
  { name: "root", num_children: 1 },
  { name: "codes", repetition_type: "OPTIONAL" as const, num_children: 1, converted_type: "LIST" as const },
  { name: "list", repetition_type: "REPEATED" as const, num_children: 1 },
  { name: "element", repetition_type: "OPTIONAL" as const, type: "FLOAT" as const },
];

/** A file of one column `codes` of lists. */
export function parquetOfLists(data: (readonly (number | null)[] | null)[]): Uint8Array<ArrayBuffer> {
  return parquetBytes([{ name: "codes", data }], { schema: listSchema });
}

/** A Zstandard frame (RFC 8878) of one raw block, which any decoder must read. */
export function zstdOfRawBlock(input: Uint8Array): Uint8Array {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(input.length, 5);
  head.writeUIntLE((input.length << 3) | 1, 9, 3);
  return Buffer.concat([head, input]);
}
