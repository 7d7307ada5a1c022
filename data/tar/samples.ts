// Groups an archive's files into samples, as WebDataset does: files of one key, the path up to the first dot of its name.
import { extname } from "node:path";
import { BadItemError, FormatError } from "../errors.ts";
import { extensions } from "../images/folder.ts";
import type { TarEntry } from "./entries.ts";

export interface Sample {
  readonly key: string;
  readonly image: TarEntry;
  /** Its other files by extension: `cls`, `txt`, `json`. */
  readonly others: ReadonlyMap<string, TarEntry>;
}

/**
 * Files of a sample follow one another. Samples without an image are passed over; names that begin with a dot as well.
 * Throws `FormatError` where a sample has two images.
 */
export async function* samplesOf(
  entries: AsyncIterable<TarEntry>,
  path: string,
): AsyncGenerator<Sample, void, void> {
  let key: string | undefined;
  let image: TarEntry | undefined;
  let others = new Map<string, TarEntry>();
  for await (const entry of entries) {
    const parts = /^((?:.*\/)?[^/.]+)\.([^/]+)$/.exec(entry.path.replace(/^\.\//, ""));
    if (!parts) continue;
    const [, itsKey = "", extension = ""] = parts;
    if (itsKey !== key) {
      if (key !== undefined && image) yield { key, image, others };
      key = itsKey;
      image = undefined;
      others = new Map();
    }
    if (!extensions.includes(extname(entry.path).toLowerCase())) {
      others.set(extension.toLowerCase(), entry);
      continue;
    }
    if (image) {
      const found = `has the images ${image.path} and ${entry.path}`;
      throw new FormatError(`${path}: sample ${JSON.stringify(itsKey)}`, found, "one image in each sample");
    }
    image = entry;
  }
  if (key !== undefined && image) yield { key, image, others };
}

/** The file of a sample with an extension. Throws `BadItemError` where it has none. */
export function fileOf({ key, others }: Sample, extension: string, path: string): TarEntry {
  const found = others.get(extension);
  if (found) return found;
  throw new BadItemError(`${path}: ${key}`, key, `has no .${extension} file`, "one in every sample");
}
