// Apache Parquet: scalars as columns of their own, the code as a list of one length in every row.
import type { Format } from "../format.ts";
import { readParquet } from "./read.ts";
import { openParquetWriter } from "./write.ts";

export const parquet: Format = {
  suffixes: [".parquet"],
  compressions: ["snappy", "zstd", "none"],
  open: ([path = ""], columns, compression) => openParquetWriter(path, columns, compression),
  read: ([path = ""], columns) => readParquet(path, columns),
};
