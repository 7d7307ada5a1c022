// Starts a training in a process of its own and kills it at some moment.

import { type ChildProcess, spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { RunEvent, TrainConfigInput } from "../../train/index.ts";
import { root } from "../repository.ts";

const program = fileURLToPath(new URL("training.ts", import.meta.url));

export interface KilledRun {
  /** Whether it was killed; else it had ended before. */
  readonly killed: boolean;
  /** The step of the checkpoint from which it had gone on; null where it began anew, or did not come so far. */
  readonly resumedFrom: number | null;
  /** Last step of which it told that a checkpoint was written. */
  readonly lastCheckpoint: number | null;
  /** Whether a checkpoint was being written: a half-written one was left behind. */
  readonly inWriting: boolean;
  /** Milliseconds from its first event to its end. */
  readonly milliseconds: number;
}

/** Kills with SIGKILL so many milliseconds after the first event; never where that is infinite. */
export async function runAndKill(
  config: TrainConfigInput,
  folder: string,
  after: number,
): Promise<KilledRun> {
  const before = await halfWritten(folder);
  const child = spawn(process.execPath, ["--import", "tsx", program, JSON.stringify(config), folder], {
    ...{ cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  });
  const ended = endOf(child);
  const steps: Partial<Record<RunEvent["type"], number>> = {};
  let startedAt = Number.NaN;
  let killing: Promise<boolean> | undefined;
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const event = JSON.parse(line) as RunEvent;
    if (event.type === "resume" || event.type === "checkpoint") steps[event.type] = event.step;
    if (killing) continue;
    startedAt = performance.now();
    killing = Number.isFinite(after)
      ? setTimeout(after).then(() => child.kill("SIGKILL"))
      : Promise.resolve(false);
  }
  const { status, signal } = await ended;
  const milliseconds = performance.now() - startedAt;
  await killing;
  const killed = signal === "SIGKILL";
  if (!killed && status !== 0) throw new Error(`the training in ${folder} ended with status ${status}`);
  const left = (await halfWritten(folder)).filter((name) => !before.includes(name));
  return {
    ...{ killed, inWriting: killed && left.length > 0, milliseconds },
    ...{ resumedFrom: steps.resume ?? null, lastCheckpoint: steps.checkpoint ?? null },
  };
}

function endOf(child: ChildProcess): Promise<{ status: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status, signal }));
  });
}

/** Checkpoints are written into hidden folders and renamed when they are whole. */
async function halfWritten(folder: string): Promise<string[]> {
  const names: string[] = await readdir(join(folder, "checkpoints")).catch(() => []);
  return names.filter((name) => /^\..*\.(new|old)-/.test(name));
}
