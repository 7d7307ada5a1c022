// What the soak tests that kill processes have in common as commands: their arguments, a folder, an exit status.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { reportError, UsageError } from "../cli/errors.ts";
import { wholeNumber } from "../cli/options.ts";

/** Gives the exit status: 0 where `soak` says that all went well. The folder is removed in the end. */
export async function inTemporaryFolder(
  soak: (folder: string, kills: number, seed: number) => Promise<boolean>,
): Promise<number> {
  try {
    const { kills, seed } = readArguments();
    const folder = await mkdtemp(join(tmpdir(), "latentkit-soak-"));
    try {
      return (await soak(folder, kills, seed)) ? 0 : 1;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    return reportError(error, process.stderr);
  }
}

function readArguments() {
  const { kills, seed } = parse();
  return { kills: wholeNumber("--kills", { min: 1 })(kills), seed: wholeNumber("--seed")(seed) };
}

function parse() {
  try {
    return parseArgs({
      options: { kills: { type: "string", default: "20" }, seed: { type: "string", default: "1" } },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
