// Files that are on the disk when the call returns, and whole when they have their name.
import { access, constants, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A file could not be written; `code` is the system's, such as ENOSPC. */
export class WriteError extends Error {
  override name = "WriteError";
  readonly code: string | undefined;

  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(`${path}: can't be written: ${cause.message}${remedyFor(cause.code)}`, { cause });
    this.code = cause.code;
  }
}

function remedyFor(code: string | undefined): string {
  if (code === "ENOSPC" || code === "EDQUOT") return "; make room there, or choose another place";
  if (code === "EROFS" || code === "EACCES" || code === "EPERM")
    return "; choose a place that can be written to";
  return "";
}

/** A failed write under the name that people know, not that of a temporary file; other errors as they are. */
export function asWriteError(path: string, error: unknown): unknown {
  if (error instanceof WriteError) return new WriteError(path, error.cause as NodeJS.ErrnoException);
  const cause = error as NodeJS.ErrnoException;
  return error instanceof Error && remedyFor(cause.code) !== "" ? new WriteError(path, cause) : error;
}

/** Makes a folder and those it lies in. Rejects with `WriteError`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw asWriteError(path, await firstCause(path, error));
  }
}

/** mkdir names the wrong reason (ENOENT) where the folder above can't be written to. */
async function firstCause(path: string, error: unknown): Promise<unknown> {
  const parent = dirname(path);
  return access(parent, constants.W_OK).then(
    () => error,
    (reason: NodeJS.ErrnoException) => (reason.code === "ENOENT" ? error : reason),
  );
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
    throw asWriteError(path, error);
  }
}
