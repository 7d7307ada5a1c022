// Imports the user's module that makes custom layers known to tfjs.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as tf from "@tensorflow/tfjs";
import { RegisterModuleError } from "./errors.ts";

/**
 * Imports a module for what it registers. Where its own `@tensorflow/tfjs` is not ours (another copy in another
 * node_modules), registering there is of no use: such a module exports a function by default, which is given ours.
 */
export async function importRegister(module: string): Promise<void> {
  try {
    const imported: { default?: unknown } = await import(pathToFileURL(resolve(module)).href);
    if (typeof imported.default === "function") await imported.default(tf);
  } catch (error) {
    throw new RegisterModuleError(
      module,
      `cannot be imported: ${error instanceof Error ? error.message : error}`,
    );
  }
}
