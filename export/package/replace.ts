// Fills a folder so that others see either all of it or what was there before.
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { asWriteError, makeFolder } from "../synced-file.ts";
import { PackageTargetError } from "./errors.ts";

/**
 * Makes a temporary folder beside `folder`, has `fill` write into it, then renames it into place. A folder that is
 * there already is renamed aside before and removed after. Where anything fails, the temporary folder is removed and
 * what was there stays, or is put back. A process killed between the two renames leaves the earlier one whole, under
 * a hidden name `.<folder>.old-…` beside it.
 *
 * @param marker a file that a folder must hold to be replaced, so that nothing else is ever deleted
 */
export async function replaceFolder<T>(
  folder: string,
  marker: string,
  fill: (temporary: string) => Promise<T>,
): Promise<T> {
  const target = resolve(folder);
  const parent = dirname(target);
  await checkTarget(target, marker);
  await makeFolder(parent);
  const temporary = join(parent, `.${basename(target)}.new-${randomUUID()}`);
  try {
    await mkdir(temporary);
    const result = await fill(temporary);
    await syncPath(temporary);
    await swapIn(temporary, target, marker);
    await syncPath(parent);
    return result;
  } catch (error) {
    throw asWriteError(target, error);
  } finally {
    // Gone already when all went well.
    await rm(temporary, { recursive: true, force: true });
  }
}

async function swapIn(temporary: string, target: string, marker: string): Promise<void> {
  const old = join(dirname(target), `.${basename(target)}.old-${randomUUID()}`);
  try {
    // Asked again: `fill` takes a while, and someone may have put something there.
    if ((await checkTarget(target, marker)) === "nothing") return await rename(temporary, target);
    await rename(target, old);
  } catch (error) {
    throw explain(error, target);
  }
  try {
    await rename(temporary, target);
  } catch (error) {
    await putBack(old, target);
    throw explain(error, target);
  }
  await rm(old, { recursive: true, force: true });
}

/** Renames only fail in these ways when another writer renamed in between. */
function explain(error: unknown, target: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "ENOENT" && code !== "ENOTEMPTY" && code !== "EEXIST") return error;
  return new PackageTargetError(
    `${target}: another writer replaced it at the same time (${code}); expected one writer, its package was kept`,
  );
}

/** Unless another writer has put a whole package there in between: then that one stands, and this one is outdated. */
async function putBack(old: string, target: string): Promise<void> {
  await rename(old, target).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    await rm(old, { recursive: true, force: true });
  });
}

async function checkTarget(target: string, marker: string): Promise<"nothing" | "package"> {
  const names = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    if (error.code === "ENOTDIR")
      throw new PackageTargetError(`${target}: is not a folder; expected a package or nothing`);
    throw error;
  });
  if (!names) return "nothing";
  if (names.length === 0 || names.includes(marker)) return "package";
  throw new PackageTargetError(
    `${target}: holds ${names.length} files but no ${marker}, so it is no package and is not replaced; ` +
      "expected a package or nothing",
  );
}

/** Names in a folder are only on the disk once the folder itself is synced; Windows cannot and need not. */
async function syncPath(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
