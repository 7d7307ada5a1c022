// A zipped package. Only the files that are asked for are unpacked, and only after their sizes are known to be right.
import type { UnzipFileInfo } from "fflate";
import { reasonOf, SourceError } from "../errors.ts";
import { checkPath, type FileAtHand, filesAtHand } from "./bytes.ts";
import type { PackageFiles } from "./files.ts";

/** Far more than a package has; a small zip can list millions. */
const MOST_ENTRIES = 1000;

/** @param label what messages call the zip */
export async function zipFiles(zip: Uint8Array, label: string): Promise<PackageFiles> {
  // Loaded late: most packages come unzipped.
  const { unzipSync } = await import("fflate");
  const entries = new Map<string, FileAtHand>();
  const read = (filter: (entry: UnzipFileInfo) => boolean) => {
    try {
      return unzipSync(zip, { filter });
    } catch (error) {
      if (error instanceof SourceError) throw error;
      throw new SourceError(`${label}: cannot be unpacked (${reasonOf(error)}); expected a whole zip file`);
    }
  };
  read(({ name, compression, size, originalSize }) => {
    // Of a name that is there twice, both would be unpacked, and one would be of unknown size.
    if (entries.has(name) || entries.size === MOST_ENTRIES) {
      throw new SourceError(
        `${label}: lists more than ${MOST_ENTRIES} files, or one twice; expected a package`,
      );
    }
    checkPath(name, label);
    // fflate writes no more than the size that the zip states: of what is not compressed, that within the zip.
    const bytes = async () => new Uint8Array(read((other) => other.name === name)[name] ?? []);
    entries.set(name, { size: compression ? originalSize : size, bytes });
    return false;
  });
  return filesAtHand(entries, `${label}: `);
}
