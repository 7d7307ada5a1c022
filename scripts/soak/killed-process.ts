// Starts a process that prints a line per event, and kills it at some moment.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { root } from "../repository.ts";

export interface KilledProcess {
  /** Whether it was killed; else it had ended before. */
  readonly killed: boolean;
  /** Milliseconds from its first line that counts to its end; NaN where it came to none. */
  readonly milliseconds: number;
}

/**
 * Kills with SIGKILL so many milliseconds after the first line that counts; never where that is infinite. Throws where it
 * ends by itself with another status than 0.
 *
 * @param args a TypeScript program and its arguments
 * @param onLine says whether the line counts
 */
export async function runAndKillProcess(
  args: readonly string[],
  after: number,
  onLine: (line: string) => boolean,
): Promise<KilledProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", ...args], {
    ...{ cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  });
  const ended = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status, signal }));
  });
  let startedAt = Number.NaN;
  let killing: Promise<boolean> | undefined;
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const counts = onLine(line);
    if (killing || !counts) continue;
    startedAt = performance.now();
    killing = Number.isFinite(after)
      ? setTimeout(after).then(() => child.kill("SIGKILL"))
      : Promise.resolve(false);
  }
  const { status, signal } = await ended;
  const milliseconds = performance.now() - startedAt;
  await killing;
  const killed = signal === "SIGKILL";
  if (!killed && status !== 0) throw new Error(`${args.join(" ")} ended with status ${status}`);
  return { killed, milliseconds };
}
