// A package whose files are at hand: as a map of names to bytes, or as the files that somebody chose in a page.
import { SourceError } from "../errors.ts";
import { isPlainFileName, MANIFEST_FILE } from "../file-names.ts";
import type { OpenFile, PackageFiles } from "./files.ts";

/** Contents of files by their names. */
export type FileBytes = Readonly<Record<string, Uint8Array>> | ReadonlyMap<string, Uint8Array>;

export function bytesFiles(given: FileBytes): PackageFiles {
  const entries: ReadonlyMap<string, Uint8Array> =
    given instanceof Map ? given : new Map(Object.entries(given));
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
  // A copy: what was checked must not change under the runtime.
  return filesAtHand(entries, "", (bytes) => ({
    size: bytes.length,
    bytes: async () => new Uint8Array(bytes),
  }));
}

/** Files of one folder, as `<input type="file">` or a drop gives them. */
export function chosenFiles(given: readonly File[]): PackageFiles {
  const entries = new Map(given.map((file) => [file.webkitRelativePath || file.name, file]));
  return filesAtHand(entries, "", (file) => ({
    size: file.size,
    bytes: async () => new Uint8Array(await file.arrayBuffer()),
  }));
}

/**
 * A package among entries by their paths, in the folder that holds latentkit.json.
 *
 * @param prefix what messages put before a path
 */
export function filesAtHand<E extends object>(
  entries: ReadonlyMap<string, E>,
  prefix: string,
  open: (entry: E) => OpenFile,
): PackageFiles {
  const folder = folderOf(entries.keys());
  return {
    where: (name) => prefix + folder + name,
    async open(name) {
      const entry = entries.get(folder + name);
      return entry && open(entry);
    },
  };
}

/**
 * The folder, ending in `/` or empty, that holds latentkit.json: where several do, the one nearest to the top.
 * Where none does, the top: what misses the file says so.
 */
function folderOf(paths: Iterable<string>): string {
  const found = [...paths].filter((path) => `/${path}`.endsWith(`/${MANIFEST_FILE}`));
  const [nearest = MANIFEST_FILE] = found.sort((a, b) => a.length - b.length);
  return nearest.slice(0, -MANIFEST_FILE.length);
}
