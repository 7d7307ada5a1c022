// The program `latentkit`: its commands, what they share, and how an ending becomes an exit status.

import type { Writable } from "node:stream";
import { Command } from "@commander-js/extra-typings";
import { CommanderError } from "commander";
import { commands } from "../commands/index.ts";
import type { CommandContext, CommandFactory } from "./command.ts";
import { exitStatus, reportError } from "./errors.ts";
import { type Interruption, listenForInterruption } from "./interruption.ts";
import { createOutput } from "./output.ts";
import { packageVersion } from "./version.ts";

export interface ProgramStreams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

const examples = `
Examples:
  $ latentkit train dense                            a 30-number code of MNIST, as a package in runs/dense
  $ latentkit export model.json --out model.onnx     a tfjs model as ONNX
  $ latentkit doctor                                 what this machine can run, and why not the rest
  $ latentkit help train                             all about one command`;

/** Runs one command line (without node and script) and gives the exit status; never throws. */
export async function runProgram(
  args: readonly string[],
  streams: ProgramStreams,
  known: readonly CommandFactory[] = commands,
): Promise<number> {
  const interruption = listenForInterruption();
  try {
    await createProgram(streams, interruption, known).parseAsync(args, { from: "user" });
    return interruption.happened ? exitStatus.interrupted : exitStatus.done;
  } catch (error) {
    // Commander has printed its message, or the help or version that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.usage;
    if (interruption.happened && error instanceof Error && error.name === "AbortError") {
      return exitStatus.interrupted;
    }
    const status = reportError(error, streams.stderr);
    return interruption.happened ? exitStatus.interrupted : status;
  } finally {
    interruption.release();
  }
}

function createProgram(
  { stdout, stderr }: ProgramStreams,
  { stopSignal, endSignal }: Interruption,
  known: readonly CommandFactory[],
) {
  const program = new Command("latentkit")
    .description("Train autoencoders in TypeScript and serve them anywhere as ONNX.")
    .version(packageVersion(), "--version", "print the version")
    .option("--json", "print the result as one JSON object", false)
    .helpOption("--help", "show help")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, "latentkit: ")),
    })
    .showHelpAfterError("Help: latentkit --help")
    .addHelpText("after", examples)
    .exitOverride();
  const context: CommandContext = {
    output: createOutput({ json: () => program.opts().json, stdout, stderr }),
    stderr,
    stopSignal,
    endSignal,
  };
  for (const create of known) {
    const command = create(context);
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}
