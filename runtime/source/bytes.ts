// A package whose files are at hand: as a map of names to bytes, or as the files that somebody chose in a page.
import { SourceError } from "../errors.ts";
import { isPlainFileName, MANIFEST_FILE } from "../file-names.ts";
import type { PackageFiles } from "./files.ts";

/** Contents of files by their names. */
export type FileBytes = Readonly<Record<string, Uint8Array>> | ReadonlyMap<string, Uint8Array>;

export function bytesFiles(given: FileBytes): PackageFiles {
  const entries = given instanceof Map ? given : new Map(Object.entries(given));
  for (const [name, bytes] of entries) {
    if (!isPlainFileName(name)) {
      throw new SourceError(
        `${JSON.stringify(name)} among the given files: expected file names without folders`,
      );
    }
    if (!(bytes instanceof Uint8Array)) {
      throw new SourceError(`${name} among the given files is ${typeof bytes}; expected a Uint8Array`);
    }
  }
  return {
    where: (name) => name,
    async open(name) {
      const bytes: Uint8Array | undefined = entries.get(name);
      // A copy: what was checked must not change under the runtime.
      return bytes && { size: bytes.length, bytes: async () => new Uint8Array(bytes) };
    },
  };
}

/** Files of one folder, as `<input type="file">` or a drop gives them. */
export function chosenFiles(given: readonly File[]): PackageFiles {
  const entries = new Map(given.map((file) => [file.webkitRelativePath || file.name, file]));
  const folder = folderOf(entries.keys());
  return {
    where: (name) => folder + name,
    async open(name) {
      const file = entries.get(folder + name);
      return file && { size: file.size, bytes: async () => new Uint8Array(await file.arrayBuffer()) };
    },
  };
}

/**
 * The folder, ending in `/` or empty, that holds latentkit.json: where several do, the one nearest to the top.
 * Where none does, the top: what misses the file says so.
 */
export function folderOf(paths: Iterable<string>): string {
  const found = [...paths].filter((path) => `/${path}`.endsWith(`/${MANIFEST_FILE}`));
  const [nearest = MANIFEST_FILE] = found.sort((a, b) => a.length - b.length);
  return nearest.slice(0, -MANIFEST_FILE.length);
}
