// What a worker is called where many are watched.
import { hostname } from "node:os";
import { FeatureOptionError } from "../errors.ts";

/** Of the workers of this process. */
const inUse = new Set<string>();

/**
 * Takes a name for a worker, until it is released: host and process, such as `node7-4711`, with a number where a process
 * has several workers.
 *
 * Throws `FeatureOptionError` for a name that Redis, or BullMQ, has no place for.
 *
 * @param given a name that somebody has chosen
 */
export function takeWorkerName(given?: string): { readonly name: string; release(): void } {
  if (given !== undefined && !/^[\w.-]+$/.test(given)) {
    throw new FeatureOptionError("name", given, "letters, digits, dots, dashes and underscores");
  }
  const base = given ?? `${hostname().replace(/[^\w.-]/g, "_")}-${process.pid}`;
  let name = base;
  for (let number = 2; inUse.has(name); number++) name = `${base}-${number}`;
  inUse.add(name);
  return { name, release: () => void inUse.delete(name) };
}
