// What a command is given and what it is made of.

import type { Writable } from "node:stream";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Output } from "./output.ts";

export interface CommandContext {
  readonly output: Output;
  /** Standard error, for progress bars. */
  readonly stderr: Writable;
  /**
   * Aborts at Ctrl-C. A command that asks for it promises to stop soon after; one that does not is ended at once.
   * Either way the exit status is 130.
   */
  stopSignal(): AbortSignal;
  /** Aborts at Ctrl-C or SIGTERM, for a command that only ever ends so, a server for instance: exit status 0. */
  endSignal(): AbortSignal;
}

/** Builds one command: its options, its help with an example, and the action that calls and prints. */
export type CommandFactory = (context: CommandContext) => CommandUnknownOpts;
