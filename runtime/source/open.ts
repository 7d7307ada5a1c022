// What `loadRuntime` accepts, and which reader each kind of it gets.
import { OptionError } from "../errors.ts";
import type { FileBytes } from "./bytes.ts";
import { type PackageFiles, refuseSource, type SourceOptions } from "./files.ts";
import { openGiven } from "./given.ts";
import { urlFiles } from "./url.ts";

/**
 * Where a package lies:
 * - a string: in Node a path of its folder, or a URL; in the browser a URL, which may be relative to the page;
 * - a `URL` of the folder, of its latentkit.json, or of a zip, whose path then ends in .zip;
 * - a zip: its bytes, or a `Blob` or `File` with them; the package may lie in a folder within;
 * - the `FileList` of an `<input type="file" multiple>` (or `webkitdirectory`), or an array of `File`s;
 * - the files themselves: a record or map of file names to bytes.
 */
export type Source = string | URL | Blob | Iterable<File> | Uint8Array | ArrayBuffer | FileBytes;

/** Every kind that means the same in Node and in the browser. Throws `OptionError` where the source is none. */
export async function openSource(
  source: Exclude<Source, string>,
  options: SourceOptions,
): Promise<PackageFiles> {
  if (typeof source !== "object" || source === null) refuseSource(source);
  if (source instanceof URL) {
    if (/^https?:$/.test(source.protocol)) return urlFiles(source, options);
    throw new OptionError(`source is ${source.href}; expected https: or http:`);
  }
  return openGiven(source, options);
}
