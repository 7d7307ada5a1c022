// Where a package's files come from: the one interface that folders, URLs, zips and plain bytes share.
import { IntegrityError, OptionError, SourceError, show } from "../errors.ts";
import type { PackageFile } from "../manifest.ts";

export interface PackageFiles {
  /** What messages call the file: its path, its URL, its place in a zip. */
  where(name: string): string;
  /**
   * The whole file; undefined where there is none of that name. Throws as {@link checkSize} does rather than hold more
   * than `limit` bytes. `known` is what the manifest says of the file.
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

/** Of `maxBytes`. */
const MAX_BYTES = 2 ** 30;

/**
 * Throws where there are too many bytes: `IntegrityError` for a file that is known, as it is then another, else
 * `SourceError`.
 *
 * @param found what messages put before the size
 */
export function checkSize(found: string, size: number, limit: number = MAX_BYTES, known?: PackageFile): void {
  if (size <= limit) return;
  throw new (known ? IntegrityError : SourceError)(`${found} ${size} bytes; expected at most ${limit}`);
}

/** Throws `OptionError` for what is no source. */
export function refuseSource(source: unknown): never {
  const wanted = "a path or URL of a package, a zip, files, or bytes by file name";
  throw new OptionError(`source is ${show(source)}; expected ${wanted}`);
}
