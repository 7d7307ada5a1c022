// Finds and loads packages that users may or may not have installed.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import * as v from "valibot";
import { EngineError } from "../errors.ts";

/** Packages that bring further engines, with the versions to install. */
export const optionalPackages = {
  "@tensorflow/tfjs-node-gpu": "4.22.0",
  "@tensorflow/tfjs-node": "4.22.0",
  "@tensorflow/tfjs-backend-webgpu": "4.22.0",
  webgpu: "0.6.2",
} as const;

export type OptionalPackage = keyof typeof optionalPackages;

/** Loads a package by name; tests put stand-ins here. */
export type Importer = (name: OptionalPackage) => Promise<unknown>;

export const importPackage: Importer = (name) => import(name);

/**
 * Loads an optional package.
 *
 * @throws EngineError that says how to install it, or why it does not load
 */
export async function loadOptional(name: OptionalPackage, importer: Importer): Promise<unknown> {
  try {
    return await importer(name);
  } catch (error) {
    if (isMissing(name, error)) {
      throw new EngineError(`${name} is not installed: npm install ${name}@${optionalPackages[name]}`);
    }
    throw new EngineError(`${name} does not load: ${firstLine(error)}`);
  }
}

/** Node's codes for a module that is not there, as opposed to one that it needs itself. */
function isMissing(name: string, error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const isNotFound = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  return isNotFound && firstLine(error).includes(`'${name}'`);
}

/** The first line of an error's message: native modules put instructions and stacks in the others. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n", 1)[0]?.trim() ?? "";
}

/** The folder of an installed package as LatentKit sees it, or undefined. */
function installedFolder(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders
    .map((folder) => path.join(folder, name))
    .find((folder) => existsSync(path.join(folder, "package.json")));
}

/** The installed version of a package, or undefined. */
export function installedVersion(name: string): string | undefined {
  const folder = installedFolder(name);
  if (!folder) return undefined;
  const manifest: unknown = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  return v.parse(v.object({ version: v.string() }), manifest).version;
}
