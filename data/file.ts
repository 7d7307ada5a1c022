// Reads files whole, gunzipped where they are gzipped, with errors that say what was expected instead.
import { open, readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { FormatError, MissingFileError } from "./errors.ts";

const gunzipAsync = promisify(gunzip);

/** The whole file; gzip is recognised by its first two bytes. Throws `MissingFileError` or `FormatError`. */
export async function readWhole(path: string, wanted: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR")
      throw new MissingFileError(path, "no such file", wanted);
    if (error.code === "EISDIR") throw new MissingFileError(path, "is a folder", wanted);
    throw error;
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return plain(bytes);
  const unpacked = await gunzipAsync(bytes).catch((error: Error) => {
    const wantedForm = `${wanted}, plain or in gzip, whole`;
    throw new FormatError(path, `cannot be gunzipped (${error.message})`, wantedForm);
  });
  return plain(unpacked);
}

/** The same memory without Buffer's own `slice`, which would not copy. */
function plain(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer)) return new Uint8Array(bytes);
  return new Uint8Array(buffer, bytes.byteOffset, bytes.byteLength);
}

export async function fileExists(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** What lies at a path, for telling sources apart: `head` is a file's first 16 bytes as they are on disk. */
export type Peek =
  | { readonly kind: "file"; readonly head: Uint8Array }
  | { readonly kind: "folder" }
  | { readonly kind: "nothing" };

export async function peek(path: string): Promise<Peek> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory()) return { kind: "folder" };
  if (!stats?.isFile()) return { kind: "nothing" };
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(16), 0, 16, 0);
    return { kind: "file", head: buffer.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}
