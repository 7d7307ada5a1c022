// What an evaluation finds out, and the file it is kept in.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { writeWhole } from "../../export/synced-file.ts";
import { EvaluationError } from "../errors.ts";

const FILE = "evaluation.json";
const SCHEMA_VERSION = 1;

/** Not measured: null. JSON has no infinity: the PSNR of perfect pictures comes back as null, too. */
const measured = v.nullable(v.number());

/** Of one way of making codes. Shares are from 0 to 1. */
const scores = v.object({
  /** Squared error summed over an item (in [0, 1]), mean over the test items; and per value. */
  sse: measured,
  mse: measured,
  /** Of pictures: peak signal-to-noise ratio in decibels, and structural similarity. */
  psnr: measured,
  ssim: measured,
  /** Of test items whose class most of the nearest training codes have. */
  knnAccuracy: measured,
  /** Of test items that a logistic regression on the training codes classifies rightly. */
  probeAccuracy: measured,
  /** Of test items that the package's own classifier gets right. */
  classifierAccuracy: v.optional(measured, null),
  /** On a sample of test items; 1 is perfect. */
  trustworthiness: measured,
  /** Of all test items whose class most of their 10 nearest others have; of codes of two numbers. */
  leaveOneOutAccuracy: measured,
  /** The same within the sample, for any code; only beside t-SNE and UMAP. */
  sampleLeaveOneOutAccuracy: measured,
  /** ROC AUC of the reconstruction error as a score of test items that are not normal. */
  outlierAuc: measured,
});

const items = v.object({ source: v.string(), items: v.number() });

const evaluation = v.object({
  schemaVersion: v.literal(SCHEMA_VERSION),
  /** The model's name and folder. */
  model: v.string(),
  package: v.string(),
  /** sha256 of its encoder: a run trained anew has another. */
  encoder: v.string(),
  codeSize: v.number(),
  /** What PCA and the classifiers were fitted on, if anything, and what all was measured on. */
  train: v.nullable(items),
  test: items,
  settings: v.object({
    /** Neighbours that vote in k-NN, for trustworthiness, and in leave-one-out. */
    neighbours: v.number(),
    trustworthinessNeighbours: v.number(),
    leaveOneOutNeighbours: v.number(),
    /** Test items in the sample. */
    sample: v.number(),
    /** Labels that are no outliers. */
    normal: v.nullable(v.array(v.string())),
    /** Components of PCA: as many as the code has numbers, but no more than the items have values. */
    pcaComponents: v.nullable(v.number()),
  }),
  systems: v.object({
    autoencoder: scores,
    pca: v.nullable(scores),
    tsne: v.nullable(scores),
    umap: v.nullable(scores),
  }),
  /** Why something was not measured. */
  notes: v.array(v.string()),
});

export type Scores = v.InferOutput<typeof scores>;
export type Evaluation = v.InferOutput<typeof evaluation>;

export const noScores: Scores = {
  sse: null,
  mse: null,
  psnr: null,
  ssim: null,
  knnAccuracy: null,
  probeAccuracy: null,
  classifierAccuracy: null,
  trustworthiness: null,
  leaveOneOutAccuracy: null,
  sampleLeaveOneOutAccuracy: null,
  outlierAuc: null,
};

export const schemaVersion = SCHEMA_VERSION;

/** Writes evaluation.json into a run folder, beside its summary; returns the path. */
export async function writeEvaluation(folder: string, result: Evaluation): Promise<string> {
  const path = join(folder, FILE);
  await writeWhole(path, `${JSON.stringify(result, null, 2)}\n`);
  return path;
}

/** The evaluation of a run folder; nothing where it has none. Throws `EvaluationError` for a file that is no evaluation. */
export async function readEvaluation(folder: string): Promise<Evaluation | undefined> {
  const path = join(folder, FILE);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const remedy = "expected what latentkit evaluate writes; evaluate again";
  try {
    return v.parse(evaluation, JSON.parse(text));
  } catch (error) {
    const field = v.isValiError(error) ? `${v.getDotPath(error.issues[0]) ?? "the whole file"}: ` : "";
    throw new EvaluationError(`${path}: ${field}${(error as Error).message}; ${remedy}`);
  }
}
