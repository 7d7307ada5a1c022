// A zipped package. Only the files that are asked for are unpacked, and only after their sizes are known to be right.
import type { UnzipFileInfo } from "fflate";
import { reasonOf, SourceError } from "../errors.ts";
import { filesAtHand } from "./bytes.ts";
import type { PackageFiles } from "./files.ts";

/** Far more than a package has; a small zip can list millions. */
const MOST_ENTRIES = 1000;

/** @param label what messages call the zip */
export async function zipFiles(zip: Uint8Array, label: string): Promise<PackageFiles> {
  // Loaded late: most packages come unzipped.
  const { unzipSync } = await import("fflate");
  const entries = new Map<string, UnzipFileInfo>();
  const read = (filter: (entry: UnzipFileInfo) => boolean) => {
    try {
      return unzipSync(zip, { filter });
    } catch (error) {
      if (error instanceof SourceError) throw error;
      throw new SourceError(`${label}: cannot be unpacked (${reasonOf(error)}); expected a whole zip file`);
    }
  };
  let listed = 0;
  read((entry) => {
    if (listed++ === MOST_ENTRIES) {
      throw new SourceError(`${label}: lists more than ${MOST_ENTRIES} files; expected a package`);
    }
    checkPath(entry.name, label);
    entries.set(entry.name, entry);
    return false;
  });
  return filesAtHand(entries, `${label}: `, ({ name, originalSize: size }) => ({
    size,
    async bytes(limit) {
      if (size > limit) {
        throw new SourceError(`${label}: ${name} unpacks to ${size} bytes; expected ${limit} at most`);
      }
      // fflate writes no more than the size that the zip states.
      return new Uint8Array(read((other) => other.name === name)[name] ?? []);
    },
  }));
}

function checkPath(path: string, label: string): void {
  const parts = path.split("/");
  if (!/^\/|[\\:\0]/.test(path) && !parts.includes("..")) return;
  throw new SourceError(`${label}: holds ${JSON.stringify(path)}; expected paths within the zip, without ..`);
}
