// Where the files of a set lie: one small interface, so that it may be a folder here or a store elsewhere.
import type { FileSum } from "./sum.ts";

export interface Storage {
  /** For messages. */
  readonly where: string;
  /** The names of all whole files. */
  list(): Promise<readonly string[]>;
  /** Size and sha256 of a file; undefined where there is none of that name. */
  sum(name: string): Promise<FileSum | undefined>;
  /** The path, on this machine, of a file with this content; undefined where there is none of that name. */
  fetch(name: string): Promise<string | undefined>;
  /** Lets go of a path that `fetch` gave: a copy is removed. To be called once for each. */
  release(path: string): Promise<void>;
  /**
   * Calls `fill` with paths on this machine to write to, one for each name. What it has written gets these names once it
   * resolves, whole, in place of what had them; where it rejects, nothing changes.
   */
  put<T>(names: readonly string[], fill: (paths: readonly string[]) => Promise<T>): Promise<T>;
  /** Removes what writers that were killed have left. Only when nobody writes. */
  tidy(): Promise<void>;
}
