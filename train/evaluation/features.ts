// How well classes can be read from a feature table: logistic regression and k-NN on its codes.
import { permutation, seededRandom } from "../../data/index.ts";
import { openFeatures } from "../../export/index.ts";
import { useOnnxEngine } from "../engine/onnx/use.ts";
import { EvaluationError } from "../errors.ts";
import { chooseC } from "./choose-c.ts";
import { knnAccuracy, type Labelled } from "./knn.ts";
import { pickRows } from "./pick.ts";
import { probe } from "./probe.ts";

export interface FeatureProbeOptions {
  /** Another table that all is measured on. Default: a part of the first, drawn by `seed`. */
  readonly test?: string;
  /** Share of the rows in that part, above 0 and below 1. Default 0.2. */
  readonly share?: number;
  readonly seed?: number;
  /** Neighbours that vote in k-NN. Default 5. */
  readonly neighbours?: number;
  /**
   * Inverse strength of the regression's L2 penalty, as in scikit-learn, or `auto`: the best of nine between 0.001 and 3
   * on a sixth of the training rows. Default 1.
   */
  readonly c?: number | "auto";
  /** `each` number of a code standardized by itself, or `all` by one factor, for sparse codes. Default `each`. */
  readonly scale?: "each" | "all";
  /** Called with the stage under way and the share of it that is done. */
  readonly onProgress?: (stage: "reading" | "k-nn" | "logistic regression", share: number) => void;
}

export interface FeatureProbe {
  /** As given. */
  readonly features: string;
  readonly test: string | null;
  readonly rows: { readonly train: number; readonly test: number };
  readonly codeSize: number;
  readonly classes: readonly string[];
  readonly settings: Required<Pick<FeatureProbeOptions, "neighbours" | "scale" | "seed">> & {
    /** The one that was given or chosen. */
    readonly c: number;
    readonly share: number | null;
  };
  /** Shares of the test rows that are classified rightly, 0 to 1. */
  readonly knnAccuracy: number;
  readonly probeAccuracy: number;
  /** Whether the regression's solver came to its end. */
  readonly converged: boolean;
  /** Share of the most frequent class among the test rows: what a constant answer would get. */
  readonly majority: number;
}

interface Table extends Labelled {
  readonly labels: Int32Array;
  readonly rows: number;
  readonly size: number;
}

/**
 * Fits multinomial logistic regression (on standardized codes) and k-NN to a table that `exportFeatures` has written, with
 * its column of labels, and measures both on rows they have not seen. The table's codes are held in memory as float32, and
 * the work is done in this thread, on the onnx engine, which it makes tfjs's.
 *
 * @throws EvaluationError for tables without labels, of one class, or with codes of different sizes; `FeatureSetError` for
 *   folders that are no finished table
 *
 * @example
 * const { probeAccuracy } = await probeFeatures("features/train", { test: "features/test" });
 */
export async function probeFeatures(
  features: string,
  options: FeatureProbeOptions = {},
): Promise<FeatureProbe> {
  const { test, share = 0.2, seed = 1, neighbours = 5, onProgress = () => {} } = options;
  const { c: wanted = 1, scale = "each" } = options;
  if (!(share > 0 && share < 1)) {
    throw new EvaluationError(`share is ${share}; expected a number above 0 and below 1`);
  }
  const names = new Map<string, number>();
  onProgress("reading", 0);
  const given = await readTable(features, names);
  const known = names.size;
  const sets = test === undefined ? divide(given, share, seed) : [given, await readTable(test, names)];
  const [train, held] = sets as [Table, Table];
  if (held.size !== train.size) {
    throw new EvaluationError(
      `${test}: has codes of ${held.size} numbers; expected ${train.size}, as ${features} has`,
    );
  }
  if (known < 2) {
    throw new EvaluationError(`${features}: all rows are of one class; expected at least 2 to tell apart`);
  }
  const engine = await useOnnxEngine();
  try {
    onProgress("k-nn", 0);
    const nearest = await knnAccuracy(train, held, train.size, neighbours);
    const fitting = {
      scale,
      onProgress: (done: number) => onProgress("logistic regression", done),
    };
    const c = wanted === "auto" ? (await chooseC(train, train.size, { ...fitting, seed })).c : wanted;
    const read = await probe(train, held, train.size, { ...fitting, c });
    return {
      ...{ features, test: test ?? null, rows: { train: train.rows, test: held.rows } },
      ...{ codeSize: train.size, classes: [...names.keys()].sort() },
      settings: { neighbours, c, scale, seed, share: test === undefined ? share : null },
      ...{ knnAccuracy: nearest, probeAccuracy: read.accuracy, converged: read.converged },
      majority: majorityOf(held.labels, names.size),
    };
  } finally {
    engine.dispose();
  }
}

/** @param names of classes; numbered as they come, by this and other tables */
async function readTable(folder: string, names: Map<string, number>): Promise<Table> {
  const { info, codeSize: size, read } = await openFeatures(folder);
  const rows = info.shards.reduce((sum, shard) => sum + shard.rows, 0);
  const codes = new Float32Array(rows * size);
  const labels = new Int32Array(rows);
  let at = 0;
  for await (const part of read()) {
    if (!part.labels) {
      throw new EvaluationError(
        `${folder}: has no column of labels; expected one, of a source with classes and without --no-label`,
      );
    }
    codes.set(part.codes, at * size);
    for (const label of part.labels) {
      const name = String(label);
      if (!names.has(name)) names.set(name, names.size);
      labels[at++] = names.get(name) as number;
    }
  }
  return { codes, labels, rows, size };
}

function divide(table: Table, share: number, seed: number): [Table, Table] {
  const count = Math.max(1, Math.round(share * table.rows));
  const order = permutation(table.rows, seededRandom(seed));
  return [pick(table, order.subarray(count)), pick(table, order.subarray(0, count))];
}

function pick(table: Table, rows: Uint32Array): Table {
  const { size } = table;
  return { ...pickRows(table, size, rows), rows: rows.length, size };
}

function majorityOf(labels: Int32Array, classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return Math.max(...counts) / labels.length;
}
