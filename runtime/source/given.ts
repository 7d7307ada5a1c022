// Packages that need no network: zips, chosen files, bytes.
import { SourceError, show } from "../errors.ts";
import { checkPath, type FileAtHand, type FileBytes, filesAtHand } from "./bytes.ts";
import { checkSize, type PackageFiles, refuseSource, type SourceOptions } from "./files.ts";
import { zipFiles } from "./zip.ts";

/** Throws `OptionError` where the source is of no known kind. */
export async function openGiven(
  source: Blob | Iterable<File> | Uint8Array | ArrayBuffer | FileBytes,
  options: SourceOptions,
): Promise<PackageFiles> {
  const given = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
  if (given instanceof Blob || given instanceof Uint8Array) return openZip(given, options);
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
    // A copy: what was checked must not change under the runtime.
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

async function openZip(zip: Blob | Uint8Array, { maxBytes }: SourceOptions): Promise<PackageFiles> {
  const label = zip instanceof File ? zip.name : GIVEN_ZIP;
  const isBlob = zip instanceof Blob;
  checkSize(`${label}: has`, isBlob ? zip.size : zip.length, maxBytes);
  return zipFiles(isBlob ? new Uint8Array(await zip.arrayBuffer()) : zip, label);
}
