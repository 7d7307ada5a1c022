// Packages that need no network: zips, chosen files, bytes. Loaded late: most pages load theirs from a URL.
import { OptionError, SourceError } from "../errors.ts";
import { bytesFiles, chosenFiles, type FileBytes } from "./bytes.ts";
import { MAX_BYTES, type PackageFiles, type SourceOptions, WANTED_SOURCE } from "./files.ts";
import type { Source } from "./open.ts";
import { zipFiles } from "./zip.ts";

export { zipFiles };

/** Throws `OptionError` where the source is of no known kind. */
export async function openGiven(
  source: Exclude<Source, string | URL>,
  options: SourceOptions,
): Promise<PackageFiles> {
  if (source instanceof Blob) return openZip(source, options);
  if (source instanceof ArrayBuffer) return openZip(new Blob([source]), options);
  if (source instanceof Uint8Array) return zipFiles(source, "the given zip");
  if (source instanceof Map) return bytesFiles(source);
  if (!isIterable(source)) return bytesFiles(source);
  const files = [...source];
  if (files.some((file) => !(file instanceof File))) throw new OptionError("source", source, WANTED_SOURCE);
  const [only] = files;
  const isZip = only && files.length === 1 && /\.zip$/i.test(only.name);
  return isZip ? openZip(only, options) : chosenFiles(files);
}

async function openZip(zip: Blob, { maxBytes = MAX_BYTES }: SourceOptions): Promise<PackageFiles> {
  const label = zip instanceof File ? zip.name : "the given zip";
  if (zip.size > maxBytes) {
    throw new SourceError(`${label}: has ${zip.size} bytes; expected at most ${maxBytes}, the maxBytes`);
  }
  return zipFiles(new Uint8Array(await zip.arrayBuffer()), label);
}

function isIterable(value: Iterable<File> | FileBytes): value is Iterable<File> {
  return Symbol.iterator in value;
}
