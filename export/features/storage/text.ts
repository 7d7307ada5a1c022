// Small text files of a storage, such as plan.json.
import { readFile, writeFile } from "node:fs/promises";
import type { Storage } from "./storage.ts";

/** All of a file; undefined where there is none of that name. */
export async function readText(storage: Storage, name: string): Promise<string | undefined> {
  const path = await storage.fetch(name);
  if (path === undefined) return undefined;
  try {
    return await readFile(path, "utf8");
  } finally {
    await storage.release(path);
  }
}

/** Whoever completes the same set at the same time tidies up, which may take away what is being written: then again. */
const TRIES = 5;

export async function putText(storage: Storage, name: string, text: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await storage.put([name], async ([path = ""]) => writeFile(path, text));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || tries === TRIES) throw error;
    }
  }
}

/** A file's full name, for messages. */
export function nameIn(storage: Storage, name: string): string {
  return `${storage.where.replace(/\/$/, "")}/${name}`;
}
