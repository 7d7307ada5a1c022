// Programs of this project in a process of their own, for what is about processes.
import { spawn } from "node:child_process";
import { root } from "../../scripts/repository.ts";

const preload = new URL("interrupt-at.ts", import.meta.url).href;

export interface ProgramEnd {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param script such as scripts/latentkit.ts */
export function runScript(script: string, args: readonly string[]): Promise<ProgramEnd> {
  return runNode([script, ...args]);
}

/**
 * Runs `latentkit` and interrupts it (Ctrl-C) once standard error has a text. It does that to itself: however slow this
 * process and its pipes are, it is no further on by then.
 */
export function runAndInterrupt(args: readonly string[], at: RegExp): Promise<ProgramEnd> {
  return runNode(["--import", preload, "scripts/latentkit.ts", ...args], { INTERRUPT_AT: at.source });
}

function runNode(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}
