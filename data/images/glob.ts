// The source `a glob of images`: files by a pattern, such as `photos/**/*.jpg`.
import { isAbsolute, resolve } from "node:path";
import type { Dataset } from "../dataset.ts";
import { EmptyDatasetError } from "../errors.ts";
import { naturalOrder } from "../natural-order.ts";
import { type GivenOptions, readOptions } from "../options.ts";
import type { Source } from "../source.ts";
import { imageKinds, openImagesAt, walkImages } from "./open.ts";

/** `?` is no wildcard here, since it begins the options. */
const WILDCARD = /[*{[]/;

export const glob: Source = {
  usage: "a glob of images, such as photos/**/*.jpg",
  matches: (spec, found) => found.kind === "nothing" && WILDCARD.test(spec),
  open: openGlob,
  walk: walkImages,
};

/**
 * Files that match, in natural order of their paths, which are their ids; without labels. All must be images.
 * Names that begin with a dot match no wildcard.
 */
async function openGlob(pattern: string, given: GivenOptions): Promise<Dataset> {
  const options = { name: pattern, ...readOptions(pattern, imageKinds, given) };
  const { glob } = await import("tinyglobby");
  // Below the folder that is written out: the wildcards are looked for there alone.
  const parts = pattern.split("/");
  const first = parts.findIndex((part) => WILDCARD.test(part));
  const folder = parts.slice(0, first).join("/") || (isAbsolute(pattern) ? "/" : ".");
  const rest = parts.slice(first).join("/");
  const found = await glob(rest, { cwd: resolve(folder), onlyFiles: true, expandDirectories: false });
  if (found.length === 0) throw new EmptyDatasetError(pattern, `no file in ${folder} matches ${rest}`);
  return openImagesAt({ folder, files: found.sort(naturalOrder) }, {}, options);
}
