// Where a command's words go: results to standard output, messages to standard error.

import type { Writable } from "node:stream";

export interface Output {
  /** Whether `--json` was given. */
  readonly json: boolean;
  /** A line for the person who waits; never part of the result. */
  message(text: string): void;
  /** The result of the command, once: with `--json` the value as one JSON object, else its text. */
  result(value: object, text: (() => string) | string): void;
}

export interface OutputOptions {
  readonly json: () => boolean;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export function createOutput({ json, stdout, stderr }: OutputOptions): Output {
  let hasResult = false;
  return {
    get json() {
      return json();
    },
    message(text) {
      stderr.write(`${text}\n`);
    },
    result(value, text) {
      if (hasResult) throw new Error("a command has one result, and it was printed already");
      hasResult = true;
      if (json()) stdout.write(`${JSON.stringify(value)}\n`);
      else stdout.write(`${typeof text === "string" ? text : text()}\n`);
    },
  };
}
