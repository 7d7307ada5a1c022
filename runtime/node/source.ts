// The sources that only Node has: paths and file: URLs of folders and zip files.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkSize, type PackageFiles, type SourceOptions } from "../source/files.ts";
import { openSource, type Source } from "../source/open.ts";

/** Rejects with `OptionError` where the source is of no known kind, `SourceError` where a zip cannot be read. */
export async function openNodeSource(source: Source, options: SourceOptions): Promise<PackageFiles> {
  if (typeof source === "string" && /^https?:\/\//.test(source)) return openSource(new URL(source), options);
  const path = source instanceof URL && source.protocol === "file:" ? fileURLToPath(source) : source;
  if (typeof path !== "string") return openSource(path, options);
  const stats = /\.zip$/i.test(path) ? await stat(path).catch(() => undefined) : undefined;
  if (!stats?.isFile()) return folderFiles(path);
  checkSize(`${path}: has`, stats.size, options.maxBytes);
  return openSource(new File([await readFile(path)], path), options);
}

export function folderFiles(folder: string): PackageFiles {
  const where = (name: string) => join(folder, name);
  return {
    where,
    async read(name, limit, known) {
      const stats = await stat(where(name)).catch(() => undefined);
      if (!stats?.isFile()) return undefined;
      checkSize(`${where(name)}: has`, stats.size, limit, known);
      return new Uint8Array(await readFile(where(name)));
    },
  };
}
