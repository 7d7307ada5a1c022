// A TypeScript program in a process of its own that prints an event a line, as JSON: to wait for, to hold, and to kill.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Scope } from "./file-scope.ts";

export interface ToldEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface EventProcess {
  /** All so far. */
  readonly events: readonly ToldEvent[];
  /** Resolves when it has told so many events of this type in all; rejects where it ends before. */
  told(type: string, count?: number): Promise<void>;
  /** Writes a line to its standard input, for one that waits for it. */
  goOn(): void;
  /** Resolves to its exit status, or the signal that ended it. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Killed afterwards, where it has not ended. Events are read from standard output, or standard error where asked. */
export function startEventProcess(
  t: Scope,
  program: URL,
  args: readonly string[],
  { from = "stdout" }: { readonly from?: "stdout" | "stderr" } = {},
): EventProcess {
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(program), ...args], {
    stdio: from === "stdout" ? ["pipe", "pipe", "inherit"] : ["pipe", "ignore", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const closed = once(child, "close");
  const events: ToldEvent[] = [];
  const waiting = new Set<{ type: string; count: number; resolve(): void; reject(error: Error): void }>();
  const countOf = (type: string) => events.filter((event) => event.type === type).length;
  createInterface({ input: child[from] as NodeJS.ReadableStream }).on("line", (line) => {
    events.push(JSON.parse(line) as ToldEvent);
    for (const one of waiting) {
      if (countOf(one.type) < one.count) continue;
      waiting.delete(one);
      one.resolve();
    }
  });
  closed.then(() => {
    for (const { type, reject } of waiting) {
      reject(new Error(`it ended before "${type}": ${JSON.stringify(events.slice(-5))}`));
    }
  });
  return {
    events,
    told: (type, count = 1) =>
      new Promise((resolve, reject) => {
        if (countOf(type) >= count) resolve();
        else waiting.add({ type, count, resolve, reject });
      }),
    goOn: () => void child.stdin?.write("\n"),
    async end(signal) {
      if (signal) child.kill(signal);
      const [status, by] = await closed;
      return by ?? status;
    },
  };
}
