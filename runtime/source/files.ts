// Where a package's files come from: the one interface that folders, URLs, zips and plain bytes share.
import { SourceError } from "../errors.ts";
import type { PackageFile } from "../manifest.ts";

export interface PackageFiles {
  /** What messages call the file: its path, its URL, its place in a zip. */
  where(name: string): string;
  /**
   * The whole file; undefined where there is none of that name. Throws `SourceError` rather than hold more than `limit`
   * bytes. `known` is what the manifest says of the file.
   */
  read(name: string, limit: number, known?: PackageFile): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Is given every file once it is proved whole, and may keep it for the next time. */
  keep?(name: string, bytes: Uint8Array<ArrayBuffer>, known?: PackageFile): Promise<void>;
}

/** A download so far; the last report of a file has `loaded === total`. */
export interface Progress {
  readonly file: string;
  /** Bytes. */
  readonly loaded: number;
  /** Bytes; 0 where the server does not tell. */
  readonly total: number;
}

export interface SourceOptions {
  /** Called while files come from a URL. */
  readonly onProgress?: (progress: Progress) => void;
  /** Ends loading; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Most bytes of the files that are read, together, and of a zip. Default 1 GiB. */
  readonly maxBytes?: number;
}

export const MAX_BYTES = 2 ** 30;

/**
 * Throws `SourceError` where something is too large.
 *
 * @param found what messages put before the size
 */
export function checkSize(found: string, size: number, limit: number): void {
  if (size > limit) throw new SourceError(`${found} ${size} bytes; expected at most ${limit}`);
}

/** What `loadRuntime` takes, for messages about something else. */
export const WANTED_SOURCE = "a path or URL of a package, a zip, files, or bytes by file name";
