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

export async function putText(storage: Storage, name: string, text: string): Promise<void> {
  await storage.put([name], async ([path = ""]) => writeFile(path, text));
}

/** A file's full name, for messages. */
export function nameIn(storage: Storage, name: string): string {
  return `${storage.where.replace(/\/$/, "")}/${name}`;
}
