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
 * Makes the folder ready and writes the resolved config into it. Throws `RunFolderError` where it holds a run that is
 * neither to be resumed nor overwritten, or something that is no run. True when there is a checkpoint to go on from.
 */
export async function startFolder(folder: string, config: TrainConfig, existing: Existing): Promise<boolean> {
  await makeFolder(folder);
  // A run killed while it wrote its config leaves what it wrote aside, under a hidden name.
  const names = (await readdir(folder)).filter((name) => !name.startsWith("."));
  const holdsRun = names.includes(CONFIG);
  if (!holdsRun && names.length > 0) {
    throw new RunFolderError(
      `${folder}: holds ${names.length} files but no ${CONFIG}, so it is no run; choose another`,
    );
  }
  const checkpoints = new Checkpoints(checkpointsFolder(folder), config.checkpoint.keep);
  const latest = existing === "overwrite" ? undefined : await checkpoints.latest();
  // A run that never got as far as a checkpoint has nothing to lose.
  if (existing === "refuse" && (latest || names.includes("package"))) {
    const what = latest ? `a run with a checkpoint at step ${latest.state.totalSteps}` : "a finished run";
    throw new RunFolderError(`${folder}: holds ${what}; resume it, overwrite it, or choose another folder`);
  }
  if (existing === "resume") await checkpoints.tidy();
  else await checkpoints.clear();
  // A run that is resumed keeps its config until the checkpoint has been found to be of the same.
  if (!latest) await writeWhole(join(folder, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
  return latest !== undefined;
}

/** Whether the folder holds a run of this config that has a checkpoint and no package yet. */
export async function unfinishedRun(folder: string, config: TrainConfig): Promise<boolean> {
  const names = await readdir(folder).catch(() => [] as string[]);
  if (names.includes("package")) return false;
  const latest = await new Checkpoints(checkpointsFolder(folder), config.checkpoint.keep).latest();
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
