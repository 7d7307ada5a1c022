// Where the images of a set are: files in a folder, files anywhere, or parts of an archive.
import { isAbsolute, join } from "node:path";

export interface ImagePlaces {
  /** A folder; or an archive, a file that holds the others. */
  readonly folder: string;
  /** Paths within it, or absolute ones. */
  readonly files: readonly string[];
  /** Where each begins in an archive and how long it is, in bytes: `[start, length, start, length, …]`. */
  readonly spans?: Float64Array<ArrayBuffer>;
}

export function imagePath(folder: string, file: string): string {
  return isAbsolute(file) ? file : join(folder, file);
}
