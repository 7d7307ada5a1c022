// Starts a training in a process of its own and kills it at some moment.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunEvent, TrainConfigInput } from "../../train/index.ts";
import { type KilledProcess, runAndKillProcess } from "./killed-process.ts";

const program = fileURLToPath(new URL("training.ts", import.meta.url));

export interface KilledRun extends KilledProcess {
  /** The step of the checkpoint from which it had gone on; null where it began anew, or did not come so far. */
  readonly resumedFrom: number | null;
  /** Last step of which it told that a checkpoint was written. */
  readonly lastCheckpoint: number | null;
  /** Whether a checkpoint was being written: a half-written one was left behind. */
  readonly inWriting: boolean;
}

/** Kills with SIGKILL so many milliseconds after the first event; never where that is infinite. */
export async function runAndKill(
  config: TrainConfigInput,
  folder: string,
  after: number,
): Promise<KilledRun> {
  const before = await halfWritten(folder);
  const steps: Partial<Record<RunEvent["type"], number>> = {};
  const process = await runAndKillProcess([program, JSON.stringify(config), folder], after, (line) => {
    const event = JSON.parse(line) as RunEvent;
    if (event.type === "resume" || event.type === "checkpoint") steps[event.type] = event.step;
    return true;
  });
  const left = (await halfWritten(folder)).filter((name) => !before.includes(name));
  return {
    ...{ ...process, inWriting: process.killed && left.length > 0 },
    ...{ resumedFrom: steps.resume ?? null, lastCheckpoint: steps.checkpoint ?? null },
  };
}

/** Checkpoints are written into hidden folders and renamed when they are whole. */
async function halfWritten(folder: string): Promise<string[]> {
  const names: string[] = await readdir(join(folder, "checkpoints")).catch(() => []);
  return names.filter((name) => /^\..*\.(new|old)-/.test(name));
}
