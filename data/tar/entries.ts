// The files of a tar archive and where their bytes lie (POSIX pax, ustar, GNU long names): headers are read, contents
// passed over.
import type { FileHandle } from "node:fs/promises";
import type { HeaderData } from "tar";
import { FileSizeError, FormatError } from "../errors.ts";
import { readBytes } from "../file.ts";

export interface TarEntry {
  readonly path: string;
  /** Where its bytes begin, and how many they are. */
  readonly start: number;
  readonly length: number;
}

const BLOCK = 512;
/** More than any path or set of attributes needs; what is longer is damaged. */
const LONGEST_HEADER = 1 << 20;

/** Regular files in the archive's order. Throws `FormatError` or `FileSizeError`. */
export async function* tarEntries(
  handle: FileHandle,
  size: number,
  path: string,
): AsyncGenerator<TarEntry, void, void> {
  const { Header, Pax } = await import("tar");
  /** What earlier headers say of the next file, and of all that follow. */
  let own: HeaderData | undefined;
  let shared: HeaderData | undefined;
  for (let at = 0; at < size; ) {
    const block = await readBytes(handle, at, BLOCK);
    if (block.length < BLOCK) throw new FileSizeError(path, size, at + BLOCK);
    const header = new Header(Buffer.from(block), 0, own, shared);
    if (header.nullBlock) return;
    if (!header.cksumValid) {
      throw new FormatError(path, `holds no tar header at byte ${at}`, "a whole tar archive, not compressed");
    }
    const start = at + BLOCK;
    const length = header.size ?? 0;
    if (start + length > size) throw new FileSizeError(path, size, start + length);
    at = start + Math.ceil(length / BLOCK) * BLOCK;
    const text = async () => {
      if (length > LONGEST_HEADER)
        throw new FormatError(path, `has a header of ${length} bytes`, `at most ${LONGEST_HEADER}`);
      return Buffer.from(await readBytes(handle, start, length)).toString();
    };
    switch (header.type) {
      case "ExtendedHeader":
        own = Pax.parse(await text(), own, false);
        break;
      case "GlobalExtendedHeader":
        shared = Pax.parse(await text(), shared, true);
        break;
      case "NextFileHasLongPath":
        own = { ...own, path: (await text()).replace(/\0.*/s, "") };
        break;
      default:
        if (header.type === "File" || header.type === "OldFile" || header.type === "ContiguousFile") {
          yield { path: header.path ?? "", start, length };
        }
        own = undefined;
    }
  }
}
