// Opens a .parquet file for hyparquet: its footer at once, its row groups by byte ranges when they are asked for.
import type { FileHandle } from "node:fs/promises";
import type { AsyncBuffer, FileMetaData, ParquetScan, SchemaTree } from "hyparquet";
import { FormatError } from "../errors.ts";
import { openFile, readBytes } from "../file.ts";

export interface ParquetFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly metadata: FileMetaData;
  readonly schema: SchemaTree;
  readonly scan: ParquetScan;
}

/** Throws `MissingFileError`, or `FormatError` for what hyparquet finds wrong with the footer. */
export async function openParquetFile(path: string): Promise<ParquetFile> {
  const { handle, size } = await openFile(path, "a .parquet file");
  try {
    const [{ parquetMetadataAsync, parquetScan, parquetSchema }, { compressors }] = await Promise.all([
      import("hyparquet"),
      import("hyparquet-compressors"),
    ]);
    const file: AsyncBuffer = {
      byteLength: size,
      async slice(start, end = size) {
        const from = start < 0 ? size + start : start;
        const bytes = await readBytes(handle, from, Math.max(0, Math.min(end, size) - from));
        return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
      },
    };
    const metadata = await parquetMetadataAsync(file);
    const scan = await parquetScan({ file, metadata, compressors });
    return { path, handle, metadata, schema: parquetSchema(metadata), scan };
  } catch (error) {
    await handle.close();
    throw unreadable(path, error);
  }
}

export function unreadable(path: string, error: unknown): FormatError {
  const why = error instanceof Error ? error.message : String(error);
  return new FormatError(path, `cannot be read (${why})`, "a whole .parquet file");
}
