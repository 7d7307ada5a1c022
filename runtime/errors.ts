// Everything that can go wrong with a package or its runtime; a message names the field, its value and what would be right.

/** Base of all errors of this folder. */
export class RuntimeError extends Error {
  override name = "RuntimeError";
}

/** `latentkit.json` is missing, unreadable, newer than this version, or does not describe these graphs. */
export class ManifestError extends RuntimeError {
  override name = "ManifestError";
}

/** A file of the package is missing or is not the one the manifest was written for. */
export class IntegrityError extends RuntimeError {
  override name = "IntegrityError";
}

/** A package cannot be taken from its source: no answer, a page instead of the file, no zip, too large. */
export class SourceError extends RuntimeError {
  override name = "SourceError";
}

/** Nothing answers at a URL: no network, no such server, or a server that does not let this page read. */
export class UnreachableError extends SourceError {
  override name = "UnreachableError";
}

/** A value given to the runtime does not fit the model: type, length, shape, or numbers that are not finite. */
export class InputError extends RuntimeError {
  override name = "InputError";
}

/** An option of `loadRuntime`, or of a call, is out of its range. */
export class OptionError extends RuntimeError {
  override name = "OptionError";
}

/** No device that was asked for can run the model; the message has the reason for each. */
export class DeviceError extends RuntimeError {
  override name = "DeviceError";
}

/** ONNX Runtime failed while running a graph. */
export class InferenceError extends RuntimeError {
  override name = "InferenceError";
}

/** The thread that a call was in ended. The next call gets a new one. */
export class ThreadError extends InferenceError {
  override name = "ThreadError";
}

/** As many calls as `maxQueueSize` allows are waiting. */
export class QueueFullError extends RuntimeError {
  override name = "QueueFullError";
}

/** A call did not end within its `timeout`. */
export class TimeoutError extends RuntimeError {
  override name = "TimeoutError";
}

/** The runtime was used after `dispose()`. */
export class DisposedError extends RuntimeError {
  override name = "DisposedError";
}

/** The beginning of what is said of a call. */
export function callTo(call: string, model: string): string {
  return `${call}() of model ${show(model)}`;
}

/** Of arrays that are of length 0 since they went to another thread. */
export function givenAway(call: string): InputError {
  return new InputError(`${call}: the values were given away by another call`);
}

/** What went wrong, for another error's message. */
export function reasonOf(error: unknown): string {
  return `${Object(error).message ?? error}`;
}

/** A value, for messages: as it is where that is short, else its kind. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (Array.isArray(value) && value.length < 9) return `[${value}]`;
  return Object(value) === value ? `a ${Object(value).constructor?.name ?? "object"}` : String(value);
}

/** An error as it travels between threads, where classes are lost. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
}

const classes: Readonly<Record<string, new (message: string) => RuntimeError>> = {
  ManifestError,
  InputError,
  DeviceError,
  InferenceError,
};

export function toPlainError(error: unknown): PlainError {
  return { name: error instanceof Error ? error.name : "Error", message: reasonOf(error) };
}

/** The same error again on the other side; classes that are not ours become `InferenceError`. */
export function fromPlainError({ name, message }: PlainError): RuntimeError {
  const ErrorClass = classes[name] ?? InferenceError;
  return new ErrorClass(message);
}
