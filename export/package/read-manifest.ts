// The description of a package folder.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MANIFEST_FILE, type Manifest, parseManifest } from "../../runtime/index.ts";

/** Reads latentkit.json of a folder. Rejects with runtime's `ManifestError`, or as the file system does. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST_FILE);
  return parseManifest(await readFile(path, "utf8"), path);
}
