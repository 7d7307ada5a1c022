// A package whose files are at hand, by their paths: bytes, files that somebody chose in a page, entries of a zip.
import { SourceError, show } from "../errors.ts";
import { MANIFEST_FILE } from "../file-names.ts";
import { checkSize, type PackageFiles } from "./files.ts";

/** Contents of files by their paths. */
export type FileBytes = Readonly<Record<string, Uint8Array>> | ReadonlyMap<string, Uint8Array>;

/** A file that is there, not yet read. */
export interface FileAtHand {
  /** In bytes. */
  readonly size: number;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** @param prefix what messages put before a path */
export function filesAtHand(entries: ReadonlyMap<string, FileAtHand>, prefix: string): PackageFiles {
  const folder = folderOf(entries.keys());
  const where = (name: string) => prefix + folder + name;
  return {
    where,
    async read(name, limit, known) {
      const entry = entries.get(folder + name);
      checkSize(`${where(name)}: has`, entry?.size ?? 0, limit, known);
      return entry?.bytes();
    },
  };
}

/** Throws `SourceError` where a path leads out of what it belongs to. */
export function checkPath(path: string, label: string): void {
  if (!/^\/|[\\:\0]|(^|\/)\.\.(\/|$)/.test(path)) return;
  throw new SourceError(`${label}: holds ${show(path)}; expected paths within it, without ..`);
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
