// The rows of a feature table that are nearest to a code.
import { createHash } from "node:crypto";
import { FeatureOptionError, FeatureSetError } from "../errors.ts";
import { type FeatureSet, openFeatures } from "../read.ts";
import type { FeatureSetInfo } from "../set.ts";
import { isS3 } from "../storage/open.ts";
import type { Storage } from "../storage/storage.ts";
import { loadUsearch, openIndex } from "./approximate.ts";
import { distancesTo, type Hit, type Metric, metrics, nearest } from "./metric.ts";
import { type RowName, RowNames } from "./row-names.ts";

export interface NeighbourOptions {
  /** Default `cosine`. */
  readonly metric?: Metric;
  /**
   * `exact` looks at all codes, which are held in memory. `approximate` asks an index, by the package `usearch`, which
   * misses few neighbours (one in a thousand of MNIST's) and answers many times faster once it is made. Default `auto`:
   * approximate from 200,000 rows on, where usearch is installed.
   */
  readonly search?: (typeof searches)[number];
  /** Folder that the index is kept in. Default: that of the table; none where it is elsewhere. */
  readonly cache?: string;
  /** Called while an index is made. */
  readonly onProgress?: (done: number, rows: number) => void;
}

export interface Neighbour {
  /** From 1, the nearest. */
  readonly rank: number;
  /** Its number in the table, from 0. */
  readonly row: number;
  readonly id: string;
  /** Where the table has labels. */
  readonly label?: string | number;
  /** 1 − cosine, or the Euclidean distance. */
  readonly distance: number;
}

export interface Neighbours {
  readonly info: FeatureSetInfo;
  readonly metric: Metric;
  readonly search: "exact" | "approximate";
  /** Why the search is the one it is. */
  readonly reason: string;
  /** The nearest rows. @param code as many numbers as the table's codes have */
  nearest(code: Float32Array, count?: number): Promise<readonly Neighbour[]>;
  /** The rows nearest to one of the table, without itself. Rejects with `FeatureSetError` where there is no such id. */
  nearestTo(id: string, count?: number): Promise<readonly Neighbour[]>;
}

const searches = ["auto", "exact", "approximate"] as const;
/** Rows from which on making an index is worth its time. */
const LARGE = 200_000;
const COUNT = 10;

/**
 * Opens a finished feature table for questions of what is near.
 *
 * Rejects with `FeatureOptionError`, `FeatureSetError` for what is no table, and where `search` is `approximate` and
 * usearch is not installed.
 *
 * @example
 * const neighbours = await openNeighbours("features");
 * const [first] = await neighbours.nearestTo("17"); // { rank: 1, row: 4011, id: "4011", label: 8, distance: 0.021 }
 */
export async function openNeighbours(
  features: string | Storage,
  { metric = "cosine", search = "auto", cache, onProgress = () => {} }: NeighbourOptions = {},
): Promise<Neighbours> {
  if (!metrics.includes(metric)) throw new FeatureOptionError("metric", metric, metrics.join(" or "));
  if (!searches.includes(search)) throw new FeatureOptionError("search", search, searches.join(" or "));
  const where = typeof features === "string" ? features : features.where;
  const set = await openFeatures(features);
  const { info, codeSize: size } = set;
  const usearch = search === "exact" ? undefined : await loadUsearch();
  const { approximate, reason } = choose(search, info.rows, usearch !== undefined);
  const names = new RowNames(set);
  const find =
    approximate && usearch
      ? await openIndex(usearch, { rows: info.rows, size, read: set.read }, metric, {
          made: createHash("sha256").update(JSON.stringify(info)).digest("hex"),
          folder: cache ?? (typeof features === "string" && !isS3(features) ? features : undefined),
          onProgress: (done) => onProgress(done, info.rows),
        }).then((index) => index.search)
      : await exactSearch(set, metric);
  const named = async (hits: readonly Hit[]) => {
    const found = await names.of(hits.map(({ row }) => row));
    return hits.map(({ row, distance }, i) => ({
      ...{ rank: i + 1, row },
      ...(found[i] as RowName),
      distance,
    }));
  };
  return {
    ...{ info, metric, search: approximate ? "approximate" : "exact", reason },
    async nearest(code, count = COUNT) {
      checkQuery(code, size, count);
      return named(find(code, count));
    },
    async nearestTo(id, count = COUNT) {
      const found = await names.find(id);
      if (!found) {
        const first = await names.of([0]);
        throw new FeatureSetError(
          `${where}: no row has the id ${JSON.stringify(id)}; ids are such as ${JSON.stringify(first[0]?.id)}`,
        );
      }
      checkQuery(found.code, size, count);
      // One more, since the row finds itself; where others are equal to it, it need not come first.
      const hits = find(found.code, count + 1).filter(({ row }) => row !== found.row);
      return named(hits.slice(0, count));
    },
  };
}

function choose(search: (typeof searches)[number], rows: number, installed: boolean) {
  if (search === "exact") return { approximate: false, reason: "asked for" };
  const install = "npm install usearch@2.25";
  if (search === "approximate") {
    if (installed) return { approximate: true, reason: "asked for" };
    throw new FeatureOptionError(
      "search",
      search,
      `the package usearch, which it needs, to be installed: ${install}`,
    );
  }
  if (rows < LARGE) return { approximate: false, reason: `${rows} rows are fewer than ${LARGE}` };
  if (installed) return { approximate: true, reason: `${rows} rows are ${LARGE} or more` };
  return { approximate: false, reason: `usearch is not installed; ${install} makes many questions faster` };
}

async function exactSearch(
  set: FeatureSet,
  metric: Metric,
): Promise<(code: Float32Array, count: number) => readonly Hit[]> {
  const codes = new Float32Array(set.info.rows * set.codeSize);
  let at = 0;
  for await (const part of set.read()) {
    codes.set(part.codes, at);
    at += part.codes.length;
  }
  const rows = { codes, size: set.codeSize };
  return (code, count) => nearest(distancesTo(code, rows, metric), count);
}

function checkQuery(code: Float32Array, size: number, count: number): void {
  if (code.length !== size)
    throw new FeatureOptionError("code", `${code.length} numbers`, `${size}, as the table has`);
  if (!Number.isSafeInteger(count) || count < 1)
    throw new FeatureOptionError("count", count, "a whole number, at least 1");
}
