// The run folder: what a run leaves on disk, each file whole or not there.
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
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

/** Written aside, synced, renamed: nothing half-written has the final name. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const aside = join(
    dirname(path),
    `.${basename(path)}.${process.pid}-${Math.random().toString(36).slice(2)}`,
  );
  try {
    const file = await open(aside, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
