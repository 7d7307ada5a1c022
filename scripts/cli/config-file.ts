// Reads a config from a file: JSON, or TypeScript or JavaScript that exports it by default.
import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CommandError } from "./errors.ts";

const program = /^\.[cm]?[jt]s$/;

/** Rejects with `CommandError` where the file can't be read as a config, an object. */
export async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  if (program.test(extname(path))) return asObject(await importDefault(path), path);
  try {
    return asObject(JSON.parse(await readFile(path, "utf8")), path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CommandError(`${path} is not JSON: ${error.message}`);
  }
}

export function asObject(value: unknown, source: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new CommandError(`${source} holds ${JSON.stringify(value)}; expected a config, an object`);
}

/** Node before 22.18 runs no TypeScript of its own: jiti compiles the file and what it imports. */
async function importDefault(path: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  const jiti = createJiti(pathToFileURL(resolve(path)).href, {
    ...{ fsCache: false, moduleCache: false, interopDefault: false },
  });
  const module = await jiti.import<object>(resolve(path)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw error;
    throw new CommandError(`${path} can't be run: ${error instanceof Error ? error.message : error}`);
  });
  if ("default" in module) return module.default;
  const names = Object.keys(module).join(", ");
  throw new CommandError(
    `${path} exports ${names === "" ? "nothing" : names}; expected the config as its default export`,
  );
}
