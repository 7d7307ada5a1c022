// Files that are on the disk when the call returns, and whole when they have their name.
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A file could not be written; `code` is the system's, such as ENOSPC. */
export class WriteError extends Error {
  override name = "WriteError";
  readonly code: string | undefined;

  constructor(path: string, cause: NodeJS.ErrnoException) {
    const full = cause.code === "ENOSPC" || cause.code === "EDQUOT";
    super(
      `${path}: can't be written: ${cause.message}${full ? "; make room there, or choose another place" : ""}`,
      {
        cause,
      },
    );
    this.code = cause.code;
  }
}

/** Writes a new file and waits until it is on the disk. Rejects with `WriteError`. */
export async function writeSynced(path: string, data: Uint8Array | string): Promise<void> {
  try {
    const handle = await open(path, "wx");
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new WriteError(path, error as NodeJS.ErrnoException);
  }
}

/** Written aside, synced, checked where asked, renamed: nothing half-written ever has the final name. */
export async function writeWhole(
  path: string,
  data: Uint8Array | string,
  check: (temporary: string) => Promise<void> = async () => {},
): Promise<void> {
  const aside = join(
    dirname(path),
    `.${basename(path)}.${process.pid}-${Math.random().toString(36).slice(2)}`,
  );
  try {
    await writeSynced(aside, data);
    await check(aside);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    // The temporary name says nothing to the reader of the message.
    throw error instanceof WriteError ? new WriteError(path, error.cause as NodeJS.ErrnoException) : error;
  }
}
