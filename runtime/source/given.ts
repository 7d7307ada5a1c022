// Packages that need no network: zips, chosen files, bytes.
import { SourceError, show } from "../errors.ts";
import { checkPath, type FileAtHand, type FileBytes, filesAtHand } from "./bytes.ts";
import { checkSize, MAX_BYTES, type PackageFiles, refuseSource, type SourceOptions } from "./files.ts";
import { zipFiles } from "./zip.ts";

/** Throws `OptionError` where the source is of no known kind. */
export async function openGiven(
  source: Blob | Iterable<File> | Uint8Array | ArrayBuffer | FileBytes,
  options: SourceOptions,
): Promise<PackageFiles> {
  // Bytes become a copy: what was checked must not change under the runtime.
  const given =
    source instanceof ArrayBuffer || source instanceof Uint8Array
      ? new Blob([source as Uint8Array<ArrayBuffer>])
      : source;
  if (given instanceof Blob) return openZip(given, options);
  const entries = entriesOf(given);
  const [[name, only] = []] = entries;
  if (entries.length === 1 && only instanceof Blob && /\.zip$/i.test(`${name}`))
    return openZip(only, options);
  const files = entries.map(([path, file]): [string, FileAtHand] => {
    if (file instanceof Blob) {
      return [path, { size: file.size, bytes: async () => new Uint8Array(await file.arrayBuffer()) }];
    }
    checkPath(path, "the given files");
    if (!(file instanceof Uint8Array)) {
      throw new SourceError(`${path} is ${show(file)}; expected a Uint8Array`);
    }
    return [path, { size: file.length, bytes: async () => new Uint8Array(file) }];
  });
  return filesAtHand(new Map(files), "");
}

const GIVEN_ZIP = "the given zip";

/** By paths, those of one folder as `<input type="file">` or a drop gives them. */
function entriesOf(source: Iterable<File> | FileBytes): readonly (readonly [string, unknown])[] {
  if (source instanceof Map) return [...source];
  if (!(Symbol.iterator in source)) return Object.entries(source);
  return Array.from(source, (file: unknown) => {
    if (file instanceof File) return [file.webkitRelativePath || file.name, file];
    return refuseSource(source);
  });
}

async function openZip(zip: Blob, { maxBytes = MAX_BYTES }: SourceOptions): Promise<PackageFiles> {
  const label = zip instanceof File ? zip.name : GIVEN_ZIP;
  checkSize(`${label}: has`, zip.size, maxBytes);
  return zipFiles(new Uint8Array(await zip.arrayBuffer()), label);
}
