// The run folder: what a run leaves on disk, each file whole or not there.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../export/synced-file.ts";
import type { TrainConfig } from "../config.ts";
import type { EpochRecord } from "./loop.ts";

export const packageFolder = (folder: string) => join(folder, "package");

/** Makes the folder and writes the resolved config into it. */
export async function startFolder(folder: string, config: TrainConfig): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
}

/** One line of JSON per epoch. */
export function writeHistory(folder: string, history: readonly EpochRecord[]): Promise<void> {
  return writeWhole(
    join(folder, "history.jsonl"),
    history.map((epoch) => `${JSON.stringify(epoch)}\n`).join(""),
  );
}

export function writeSummary(folder: string, summary: object): Promise<void> {
  return writeWhole(join(folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
}
