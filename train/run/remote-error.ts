// Brings errors across a thread: a structured clone keeps an error's message, not its class.
import * as dataErrors from "../../data/errors.ts";
import * as onnxErrors from "../../export/onnx/errors.ts";
import * as packageErrors from "../../export/package/errors.ts";
import { WriteError } from "../../export/synced-file.ts";
import * as runtimeErrors from "../../runtime/errors.ts";
import * as trainErrors from "../errors.ts";

/** An error as plain data. File errors keep what names the file. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code?: unknown;
  readonly path?: unknown;
  readonly syscall?: unknown;
}

export type Outcome<R> = { readonly result: R } | { readonly error: PlainError };

const classes = new Map(
  [dataErrors, onnxErrors, packageErrors, runtimeErrors, trainErrors]
    .flatMap((module) => Object.values(module) as unknown[])
    .concat(WriteError)
    .flatMap((value) => (isErrorClass(value) ? [[value.name, value] as const] : [])),
);

function isErrorClass(value: unknown): value is { readonly name: string; readonly prototype: Error } {
  return typeof value === "function" && value.prototype instanceof Error;
}

/** Runs a task in a worker so that its error survives the way back. */
export async function carryErrors<R>(task: () => Promise<R>): Promise<Outcome<R>> {
  try {
    return { result: await task() };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { name, message, stack } = error;
    const { code, path, syscall } = error as NodeJS.ErrnoException;
    return { error: { name, message, stack, code, path, syscall } };
  }
}

/** The result, or the error thrown again as an instance of its class; a `WorkerError` where that is not one of ours. */
export function resultOf<R>(outcome: Outcome<R>): R {
  if ("result" in outcome) return outcome.result;
  const { name, message, stack, code, path, syscall } = outcome.error;
  const known = classes.get(name);
  if (known) throw Object.setPrototypeOf(Object.assign(new Error(message), { name, code }), known.prototype);
  if (syscall !== undefined) throw Object.assign(new Error(message), { code, path, syscall });
  throw new trainErrors.WorkerError(message, { cause: stack });
}
