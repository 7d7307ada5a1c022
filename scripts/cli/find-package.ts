// Which package a path on the command line stands for.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_FILE } from "../../runtime/file-names.ts";

/** The path itself where it is a package, or the package of a run folder; `undefined` where it is neither. */
export async function findPackage(path: string): Promise<string | undefined> {
  for (const folder of [path, join(path, "package")]) {
    const found = await stat(join(folder, MANIFEST_FILE)).catch(() => undefined);
    if (found?.isFile()) return folder;
  }
  return undefined;
}
