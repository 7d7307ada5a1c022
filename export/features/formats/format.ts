// What a kind of table file has to say for itself to be in the registry.
import type { Column, Rows } from "../columns.ts";
import type { Compression } from "../plan.ts";

/** Writes the rows of one shard, in order. */
export interface RowWriter {
  /** Typed arrays among the values may be changed afterwards. */
  add(rows: Rows): Promise<void>;
  /** Completes the files. */
  finish(): Promise<void>;
  /** Lets go of the files, also of unfinished ones; to be called in the end, whatever has happened. */
  close(): Promise<void>;
}

export interface Format {
  /** Ends of the names of a shard's files, one for each file. */
  readonly suffixes: readonly string[];
  /** Those it has, the default first. */
  readonly compressions: readonly Compression[];
  /** @param paths to write to, one for each of the suffixes */
  open(paths: readonly string[], columns: readonly Column[], compression: Compression): Promise<RowWriter>;
  /** All rows of a shard, some at a time. Throws `FeatureSetError` where a file is not what the columns say. */
  read(paths: readonly string[], columns: readonly Column[]): AsyncGenerator<Rows, void, void>;
}
