// Opens and reads files with errors that say what was expected instead; whole files are gunzipped where gzipped.
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { FormatError, MissingFileError } from "./errors.ts";

const gunzipAsync = promisify(gunzip);

/** The whole file; gzip is recognised by its first two bytes. Throws `MissingFileError` or `FormatError`. */
export async function readWhole(path: string, wanted: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => refuse(error, path, wanted));
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return plain(bytes);
  const unpacked = await gunzipAsync(bytes).catch((error: Error) => {
    const wantedForm = `${wanted}, plain or in gzip, whole`;
    throw new FormatError(path, `cannot be gunzipped (${error.message})`, wantedForm);
  });
  return plain(unpacked);
}

/** Opens a file to be read by byte ranges. Throws `MissingFileError`. */
export async function openFile(path: string, wanted: string): Promise<{ handle: FileHandle; size: number }> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => refuse(error, path, wanted));
  const stats = await handle.stat();
  if (stats.isFile()) return { handle, size: stats.size };
  await handle.close();
  throw new MissingFileError(path, stats.isDirectory() ? "is a folder" : "is no regular file", wanted);
}

/** Bytes `start` to `start + length`, or fewer where the file ends before. */
export async function readBytes(
  handle: FileHandle,
  start: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    // One read of the system moves at most 2 GiB.
    const part = Math.min(length - filled, 2 ** 30);
    const { bytesRead } = await handle.read(bytes, filled, part, start + filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}

function refuse(error: NodeJS.ErrnoException, path: string, wanted: string): never {
  if (error.code === "ENOENT" || error.code === "ENOTDIR")
    throw new MissingFileError(path, "no such file", wanted);
  if (error.code === "EISDIR") throw new MissingFileError(path, "is a folder", wanted);
  throw error;
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
