// A run as its report sees it: what its folder holds, and some items that its model has seen or not.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, type Dataset, gather, itemSize, permutation, seededRandom } from "../../data/index.ts";
import { readManifest } from "../../export/package/index.ts";
import { loadRuntime, type Manifest, type Runtime } from "../../runtime/index.ts";
import { resolveConfig, type TrainConfig } from "../config/index.ts";
import { EvaluationError, RunFolderError } from "../errors.ts";
import { type Evaluation, readEvaluation } from "../evaluation/result.ts";
import { openSets } from "../evaluation/sets.ts";
import { Checkpoints } from "../run/checkpoint.ts";
import { checkpointsFolder, packageFolder, readRunConfig } from "../run/folder.ts";
import { toUnitRange } from "../run/scale.ts";
import type { EpochRecord, PhaseRecord } from "../run/state.ts";

/** Items that are encoded for the report. */
const ITEMS = 2000;

export interface ReportRun {
  readonly folder: string;
  readonly config: TrainConfig;
  readonly manifest: Manifest;
  readonly runtime: Runtime;
  readonly history: readonly EpochRecord[];
  /** Epochs of pretraining and of a classifier. */
  readonly phases: readonly PhaseRecord[];
  readonly evaluation: Evaluation | undefined;
  /** Not there where the data can't be read any more: the reason is in `missing`. */
  readonly items: Items | undefined;
  readonly missing: string | undefined;
  /** The encoder's first weights that are more than biases. */
  readonly kernel: Kernel | undefined;
}

export interface Items {
  /** Of the dataset they are drawn from. */
  readonly source: string;
  readonly count: number;
  /** Values of one. */
  readonly size: number;
  /** In [0, 1]: [count, size]. */
  readonly rows: Float32Array;
  /** [count, code size]. */
  readonly codes: Float32Array;
  /** Of sound, frames per second. */
  readonly sampleRate: number | undefined;
  /** What the label of each means, where there are labels. */
  readonly labels: readonly string[] | undefined;
}

export interface Kernel {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Reads a run folder. `close` it afterwards.
 *
 * @throws RunFolderError for a folder that holds no run with a package, EvaluationError for a broken evaluation.json, and
 *   the errors of packages
 */
export async function openRun(folder: string): Promise<ReportRun & { close(): Promise<void> }> {
  const config = resolveConfig(await readRunConfig(folder));
  const manifest = await readManifest(packageFolder(folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new RunFolderError(
      `${folder}: holds a run without a package; expected one that is finished: resume it`,
    );
  });
  const parts = {
    history: await readLines<EpochRecord>(join(folder, "history.jsonl")),
    phases: await readLines<PhaseRecord>(join(folder, "phases.jsonl")),
    evaluation: await readEvaluation(folder),
    kernel: await readKernel(folder, config),
  };
  const runtime = await loadRuntime(packageFolder(folder));
  try {
    const found = await readItems(manifest, runtime, config.seed);
    return { folder, config, manifest, runtime, ...parts, ...found, close: () => runtime.dispose() };
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
}

/** One object a line; none where there is no such file. */
async function readLines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").flatMap((line, i) => {
    if (line === "") return [];
    try {
      return [JSON.parse(line) as T];
    } catch (error) {
      throw new RunFolderError(`${path}: line ${i + 1} is not JSON (${(error as Error).message})`);
    }
  });
}

async function readItems(
  manifest: Manifest,
  runtime: Runtime,
  seed: number,
): Promise<Pick<ReportRun, "items" | "missing">> {
  try {
    const sets = await openSets({ manifest, orTrain: true });
    try {
      return { items: await drawItems(sets.test, manifest, runtime, seed), missing: undefined };
    } finally {
      await sets.close();
    }
  } catch (error) {
    // Data moves and is deleted; what else the report shows does not depend on it.
    if (error instanceof DataError || error instanceof EvaluationError || isFileError(error)) {
      return { items: undefined, missing: error.message };
    }
    throw error;
  }
}

async function drawItems(
  dataset: Dataset,
  manifest: Manifest,
  runtime: Runtime,
  seed: number,
): Promise<Items> {
  const indices = permutation(dataset.length, seededRandom(seed)).slice(0, ITEMS);
  const raw = await gather(dataset, indices);
  const { labels, classNames } = dataset;
  const nameOf = (label: number) => classNames?.[label] ?? String(label);
  return {
    source: dataset.name,
    count: indices.length,
    size: itemSize(dataset.shape),
    rows: toUnitRange(raw, manifest.input.range),
    codes: (await runtime.encode(raw)).data,
    sampleRate: dataset.sampleRate,
    labels: labels && Array.from(indices, (index) => nameOf(labels[index] as number)),
  };
}

/** From the checkpoint whose weights the package has. */
async function readKernel(folder: string, config: TrainConfig): Promise<Kernel | undefined> {
  const checkpoints = new Checkpoints(checkpointsFolder(folder), config.checkpoint.keep);
  const best = config.validation.share > 0 ? await checkpoints.best() : undefined;
  const { tensors } = best ?? (await checkpoints.latest()) ?? {};
  const entry = tensors?.entries.find(({ name, shape }) => name.startsWith("encoder/") && shape.length > 1);
  if (!tensors || !entry) return undefined;
  // A copy of its own, which is aligned; a Buffer's slice is none.
  const bytes = Uint8Array.from(
    tensors.bytes.subarray(entry.offset, entry.offset + 4 * itemSize(entry.shape)),
  );
  return { shape: entry.shape, values: new Float32Array(bytes.buffer) };
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "path" in error;
}
