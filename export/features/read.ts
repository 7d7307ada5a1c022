// Reads a finished set again, shard by shard, in the order of its source.
import type { Cell } from "../../data/index.ts";
import { unpackCodes } from "./codes.ts";
import { type Column, isVector, ownColumns, type Rows, vectorsOf } from "./columns.ts";
import { FeatureSetError } from "./errors.ts";
import { formats } from "./formats/registry.ts";
import { type FeatureSetInfo, readSet } from "./set.ts";
import { openStorage } from "./storage/open.ts";
import type { Storage } from "./storage/storage.ts";

/** Some rows of a set. */
export interface Features {
  readonly ids: readonly string[];
  /** Row after row, as float32 whatever they are kept in. */
  readonly codes: Float32Array;
  /** `[rows, numbers of a code]`. */
  readonly shape: readonly [number, number];
  /** Class names, or numbers where the source has no names. */
  readonly labels?: readonly (string | number)[];
  /** Mean squared reconstruction errors. */
  readonly errors?: Float32Array;
  /** Cells of the source's own columns, by name. */
  readonly kept: Readonly<Record<string, readonly Cell[]>>;
}

export interface FeatureSet {
  readonly info: FeatureSetInfo;
  readonly codeSize: number;
  /**
   * All rows, or those of some shards, some thousands at a time; memory does not depend on how many there are.
   *
   * @param shards their names, such as `part-00000`
   */
  read(shards?: readonly string[]): AsyncGenerator<Features, void, void>;
}

/**
 * Opens what `exportFeatures` has written.
 *
 * Rejects with `FeatureSetError` where the set is not finished, and `read` where one of its files is not what it should be.
 *
 * @example
 * const { info, read } = await openFeatures("features");
 * for await (const { ids, codes, shape } of read()) index.add(ids, codes, shape[1]);
 */
export async function openFeatures(where: string | Storage): Promise<FeatureSet> {
  const storage = openStorage(where);
  const info = await readSet(storage);
  return {
    ...{ info, codeSize: info.columns.find(isVector)?.size ?? 0 },
    read: (shards) => readShards(storage, info, shards),
  };
}

/** {@link openFeatures} for those who need the rows alone. */
export async function* readFeatures(where: string | Storage): AsyncGenerator<Features, void, void> {
  yield* (await openFeatures(where)).read();
}

async function* readShards(
  storage: Storage,
  info: FeatureSetInfo,
  shards: readonly string[] | undefined,
): AsyncGenerator<Features, void, void> {
  const format = formats[info.format];
  for (const { name, files, rows } of info.shards) {
    if (shards && !shards.includes(name)) continue;
    const paths: string[] = [];
    let count = 0;
    try {
      for (const file of files) paths.push(await fetchFile(storage, file));
      for await (const batch of format.read(paths, info.columns)) {
        count += batch.count;
        yield asFeatures(batch, info.columns);
      }
    } finally {
      for (const path of paths) await storage.release(path);
    }
    if (count !== rows) {
      throw new FeatureSetError(
        `${storage.where}: ${name} holds ${count} rows; expected ${rows} by features.json`,
      );
    }
  }
}

async function fetchFile(storage: Storage, file: string): Promise<string> {
  const path = await storage.fetch(file);
  if (path !== undefined) return path;
  throw new FeatureSetError(`${storage.where}: ${file} is missing; run the same latentkit encode again`);
}

function asFeatures({ count, values }: Rows, columns: readonly Column[]): Features {
  const find = (name: string) => values[columns.findIndex((column) => column.name === name)];
  const vector = columns.find(isVector);
  const size = vector?.size ?? 0;
  const [ids, labels, errors, scales] = ["id", "label", "error", "scale"].map(find);
  const kept = columns.filter(({ name }) => !ownColumns.includes(name));
  return {
    ids: Array.from(ids ?? [], String),
    codes: unpackCodes(vectorsOf(find("code")), size, scales && Float32Array.from(scales, Number)),
    shape: [count, size],
    ...(labels && {
      labels: Array.from(labels, (label) => (typeof label === "string" ? label : Number(label))),
    }),
    ...(errors && { errors: Float32Array.from(errors, Number) }),
    kept: Object.fromEntries(kept.map(({ name }) => [name, Array.from(find(name) ?? [])])),
  };
}
