// The run folder: what a run leaves on disk, each file whole or not there.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, writeWhole } from "../../export/synced-file.ts";
import { differences, resolveConfig, type TrainConfig } from "../config/index.ts";
import { RunFolderError } from "../errors.ts";
import { Checkpoints } from "./checkpoint.ts";
import type { RunState } from "./state.ts";

export const packageFolder = (folder: string) => join(folder, "package");
export const checkpointsFolder = (folder: string) => join(folder, "checkpoints");
const CONFIG = "config.json";

/** What to do with a run that the folder holds already. */
export type Existing = "refuse" | "resume" | "overwrite";

/**
 * Whether a run may use the folder; changes nothing. Throws `RunFolderError` where it holds a run that is neither to be
 * resumed nor overwritten, or something that is no run.
 */
export async function checkFolder(folder: string, config: TrainConfig, existing: Existing): Promise<void> {
  const names = await namesIn(folder);
  if (!names.includes(CONFIG) && names.length > 0) {
    throw new RunFolderError(
      `${folder}: holds ${names.length} files but no ${CONFIG}, so it is no run; choose another`,
    );
  }
  if (existing !== "refuse") return;
  const latest = await checkpointsOf(folder, config).latest();
  // A run that never got as far as a checkpoint has nothing to lose.
  if (!latest && !names.includes("package")) return;
  const what = latest ? `a run with a checkpoint at step ${latest.state.totalSteps}` : "a finished run";
  throw new RunFolderError(`${folder}: holds ${what}; resume it, overwrite it, or choose another folder`);
}

/**
 * Makes the folder ready and writes the resolved config into it. Throws what `checkFolder` throws. True when there is a
 * checkpoint to go on from.
 */
export async function startFolder(folder: string, config: TrainConfig, existing: Existing): Promise<boolean> {
  await checkFolder(folder, config, existing);
  await makeFolder(folder);
  const checkpoints = checkpointsOf(folder, config);
  const latest = existing === "overwrite" ? undefined : await checkpoints.latest();
  if (existing === "resume") await checkpoints.tidy();
  else await checkpoints.clear();
  // A run that is resumed keeps its config until the checkpoint has been found to be of the same.
  if (!latest) await writeWhole(join(folder, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
  return latest !== undefined;
}

const checkpointsOf = (folder: string, { checkpoint }: TrainConfig) =>
  new Checkpoints(checkpointsFolder(folder), checkpoint.keep);

/** A run killed while it wrote its config leaves what it wrote aside, under a hidden name: that does not count. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.filter((name) => !name.startsWith("."));
}

/** Whether the folder holds a run of this config that has a checkpoint and no package yet. */
export async function unfinishedRun(folder: string, config: TrainConfig): Promise<boolean> {
  const names = await readdir(folder).catch(() => [] as string[]);
  if (names.includes("package")) return false;
  const latest = await checkpointsOf(folder, config).latest();
  return latest !== undefined && differences(resolveConfig(latest.config), config).length === 0;
}

/** The config that a run folder was started with; throws `RunFolderError` where there is none. */
export async function readRunConfig(folder: string): Promise<unknown> {
  const path = join(folder, CONFIG);
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new RunFolderError(
      `${path}: can't be read (${(error as Error).message}); expected the folder of a run`,
    );
  }
}

/** One line of JSON per epoch: of the autoencoder in history.jsonl, of other phases, if any, in phases.jsonl. */
export async function writeHistory(
  folder: string,
  { history, phaseHistory }: Pick<RunState, "history" | "phaseHistory">,
): Promise<void> {
  const lines = (epochs: readonly object[]) => epochs.map((epoch) => `${JSON.stringify(epoch)}\n`).join("");
  await writeWhole(join(folder, "history.jsonl"), lines(history));
  if (phaseHistory.length > 0) await writeWhole(join(folder, "phases.jsonl"), lines(phaseHistory));
}

export function writeSummary(folder: string, summary: object): Promise<void> {
  return writeWhole(join(folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
}
