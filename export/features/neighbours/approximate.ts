// An approximate index of a table's codes, by usearch (HNSW: Malkov & Yashunin 2016), kept beside the table.
import { join } from "node:path";
import * as v from "valibot";
import { FeatureError } from "../errors.ts";
import { parseJson } from "../plan.ts";
import { folderStorage } from "../storage/folder.ts";
import type { Storage } from "../storage/storage.ts";
import { sumOf } from "../storage/sum.ts";
import { putText, readText } from "../storage/text.ts";
import type { Hit, Metric } from "./metric.ts";

type Usearch = typeof import("usearch");
type Index = InstanceType<Usearch["Index"]>;

/** Codes with their row numbers go in, some at a time. */
export interface CodeSource {
  readonly rows: number;
  readonly size: number;
  read(): AsyncGenerator<{ readonly codes: Float32Array }, void, void>;
}

export interface ApproximateIndex {
  /** Whether it was there already. */
  readonly kept: boolean;
  search(code: Float32Array, count: number): readonly Hit[];
}

/** Neighbours each row is joined to, and how many are looked at to find them and to answer: HNSW's M and ef. */
const CONNECTIVITY = 16;
const EXPANSION_ADD = 128;
const EXPANSION_SEARCH = 128;
/** Rows added at a time, between which others have their turn. */
const ROWS = 1024;

const KeptSchema = v.object({
  /** Sha256 of what it was made from. */
  made: v.string(),
  bytes: v.number(),
  sha256: v.string(),
});

/** Undefined where usearch is not installed, or not for this machine. */
export async function loadUsearch(): Promise<Usearch | undefined> {
  return import("usearch").catch(() => undefined);
}

/**
 * The index that is kept in a folder, where it was made from the same; else a new one, kept there when it is whole.
 *
 * @param made names what the codes are, and how
 * @param folder undefined: nothing is kept
 */
export async function openIndex(
  usearch: Usearch,
  source: CodeSource,
  metric: Metric,
  { made, folder, onProgress }: IndexOptions,
): Promise<ApproximateIndex> {
  const { Index, MetricKind, ScalarKind } = usearch;
  const index = new Index({
    ...{ dimensions: source.size, quantization: ScalarKind.F32, multi: false },
    metric: metric === "cosine" ? MetricKind.Cos : MetricKind.L2sq,
    ...{ connectivity: CONNECTIVITY, expansion_add: EXPANSION_ADD, expansion_search: EXPANSION_SEARCH },
  });
  const storage = folder === undefined ? undefined : folderStorage(folder);
  const name = `neighbours-${metric}`;
  const path = folder === undefined ? "" : join(folder, `${name}.usearch`);
  const key = `${made} ${CONNECTIVITY} ${EXPANSION_ADD}`;
  const kept = storage !== undefined && (await isKept(storage, name, key, path));
  if (kept) {
    index.view(path);
  } else {
    await fill(index, source, onProgress);
    if (storage) await keep(index, storage, name, key, path);
  }
  return {
    kept,
    search(code, count) {
      const { keys, distances } = index.search(code, Math.min(count, index.size()), 0);
      const hits = Array.from(keys, (row, i) => {
        const distance = distances[i] as number;
        return { row: Number(row), distance: metric === "euclidean" ? Math.sqrt(distance) : distance };
      });
      // Of equal ones the first rows, as exact search has them.
      return hits.sort((a, b) => a.distance - b.distance || a.row - b.row);
    },
  };
}

export interface IndexOptions {
  readonly made: string;
  readonly folder: string | undefined;
  readonly onProgress: (done: number) => void;
}

async function fill(
  index: Index,
  { read, size }: CodeSource,
  onProgress: (done: number) => void,
): Promise<void> {
  let row = 0;
  for await (const { codes } of read()) {
    for (let at = 0; at < codes.length; at += ROWS * size) {
      const some = codes.subarray(at, at + ROWS * size);
      const from = row;
      index.add(
        BigUint64Array.from({ length: some.length / size }, (_, i) => BigInt(from + i)),
        some,
        0,
      );
      row += some.length / size;
      onProgress(row);
      await new Promise(setImmediate);
    }
  }
}

/** usearch itself does not look at what it reads, so that a damaged file would end the process: by sha256 it is known. */
async function isKept(storage: Storage, name: string, key: string, path: string): Promise<boolean> {
  const text = await readText(storage, `${name}.json`);
  if (text === undefined) return false;
  try {
    const { made, bytes, sha256 } = parseJson(KeptSchema, text, `${name}.json`);
    if (made !== key) return false;
    const sum = await sumOf(path);
    return sum.bytes === bytes && sum.sha256 === sha256;
  } catch (error) {
    // What is damaged or gone is made again.
    if (error instanceof FeatureError || (error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function keep(index: Index, storage: Storage, name: string, made: string, path: string): Promise<void> {
  await storage.put([`${name}.usearch`], async ([temporary = ""]) => index.save(temporary));
  await putText(storage, `${name}.json`, `${JSON.stringify({ made, ...(await sumOf(path)) }, null, 2)}\n`);
}
