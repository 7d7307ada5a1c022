// Copies a package, whole or not at all.
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { loadRuntime, MANIFEST_FILE, type PackageFile, parseManifest } from "../../runtime/index.ts";
import { writeSynced } from "../synced-file.ts";
import { replaceFolder } from "./replace.ts";

export interface CopiedPackage {
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly PackageFile[];
}

/**
 * Copies the package in folder `from` to folder `to`, which takes its place only once the copy has been loaded with
 * its checksums. Rejects with runtime's `ManifestError` or `IntegrityError` for a package that is not whole, with
 * `PackageTargetError` where `to` holds something else, and with `WriteError`.
 */
export async function copyPackage(from: string, to: string): Promise<CopiedPackage> {
  // Before anything is written: it must be whole itself.
  await (await loadRuntime(from, { inline: true })).dispose();
  const manifest = await readFile(join(from, MANIFEST_FILE), "utf8");
  const { files } = parseManifest(manifest, join(from, MANIFEST_FILE));
  await replaceFolder(to, MANIFEST_FILE, async (temporary) => {
    for (const { path } of files) await writeSynced(join(temporary, path), await readFile(join(from, path)));
    await writeSynced(join(temporary, MANIFEST_FILE), manifest);
    await (await loadRuntime(temporary, { inline: true })).dispose();
  });
  return { folder: resolve(to), files };
}
