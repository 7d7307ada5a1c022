// Which errors are the user's to read, and the exit status each kind of ending gives.

import type { Writable } from "node:stream";
import { DataError } from "../../data/errors.ts";
import { FeatureError } from "../../export/features/errors.ts";
import { OnnxError } from "../../export/onnx/errors.ts";
import { PackageError } from "../../export/package/errors.ts";
import { WriteError } from "../../export/synced-file.ts";
import { RuntimeError } from "../../runtime/errors.ts";
import { TrainError } from "../../train/errors.ts";

/** Exit statuses of every command. */
export const exitStatus = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** A command could not do what it was asked for; the message says what would be right. */
export class CommandError extends Error {
  override name = "CommandError";
}

/** The command line itself is wrong: an option or argument that makes no sense. */
export class UsageError extends Error {
  override name = "UsageError";
}

type ErrorClass = abstract new (...args: never[]) => Error;

/** Errors that explain themselves, so that a stack would only hide the message. */
const knownErrors: readonly ErrorClass[] = [
  CommandError,
  DataError,
  FeatureError,
  OnnxError,
  PackageError,
  RuntimeError,
  TrainError,
  WriteError,
];

/**
 * Prints an error as its kind asks for and gives the exit status: one line for known errors and for files that
 * cannot be read or written, the stack and a hint for all others, which are faults of LatentKit.
 */
export function reportError(error: unknown, stderr: Writable): number {
  if (error instanceof UsageError) {
    stderr.write(`latentkit: ${error.message}\n`);
    return exitStatus.usage;
  }
  if (isKnown(error)) {
    stderr.write(`latentkit: ${error.message}\n`);
    return exitStatus.failed;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`latentkit: unexpected error\n${text}\n`);
  stderr.write("This is a fault in LatentKit. Please report it with the command and the lines above.\n");
  return exitStatus.failed;
}

function isKnown(error: unknown): error is Error {
  return knownErrors.some((known) => error instanceof known) || isFileError(error);
}

/** Errors of Node's file functions, such as ENOENT: their message names the file. */
function isFileError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "path" in error && typeof error.path === "string";
}
