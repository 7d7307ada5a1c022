// What the soak tests that kill processes have in common as commands: their arguments, a folder, an exit status.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { reportError, UsageError } from "../cli/errors.ts";
import { wholeNumber } from "../cli/options.ts";

/**
 * Gives the exit status: 0 where `soak` says that all went well. The folder is removed in the end.
 *
 * @param takesWorkers whether there is an option `--workers`; else, and unless it is given, `soak` is called with 0
 */
export async function inTemporaryFolder(
  soak: (folder: string, kills: number, seed: number, workers: number) => Promise<boolean>,
  { takesWorkers = false } = {},
): Promise<number> {
  try {
    const { kills, seed, workers } = readArguments(takesWorkers);
    const folder = await mkdtemp(join(tmpdir(), "latentkit-soak-"));
    try {
      return (await soak(folder, kills, seed, workers)) ? 0 : 1;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    return reportError(error, process.stderr);
  }
}

function readArguments(takesWorkers: boolean) {
  const { kills, seed, workers } = parse(takesWorkers);
  return {
    kills: wholeNumber("--kills", { min: 1 })(kills),
    seed: wholeNumber("--seed")(seed),
    workers: wholeNumber("--workers", { min: 0 })(workers),
  };
}

function parse(takesWorkers: boolean) {
  const options = {
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "0" },
  } as const;
  try {
    const { values } = parseArgs({ options });
    if (takesWorkers || values.workers === options.workers.default) return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  throw new UsageError("option --workers: expected at soak:features alone");
}
