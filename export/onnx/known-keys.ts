// Refuses options that no one will read: a typing mistake should not pass in silence.
import { ExportArgumentError } from "./errors.ts";

/** Throws for a key of `options` that is not known. `where` begins the message: `toOnnx() options`. */
export function checkKnownKeys(where: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new ExportArgumentError(`${where}: unknown option ${unknown}; known here: ${known.join(", ")}`);
}
