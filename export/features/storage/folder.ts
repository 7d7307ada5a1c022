// A folder of this machine as storage.
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { asWriteError, makeFolder } from "../../synced-file.ts";
import { FeatureTargetError } from "../errors.ts";
import type { Storage } from "./storage.ts";
import { sumOf } from "./sum.ts";

/** Files in a folder, which is made when the first is put there. */
export function folderStorage(path: string): Storage {
  const folder = resolve(path);
  return {
    where: path,
    async list() {
      return (await namesIn(folder)).filter((name) => !name.startsWith("."));
    },
    async sum(name) {
      const file = await pathOf(folder, name);
      return file === undefined ? undefined : sumOf(file);
    },
    fetch: (name) => pathOf(folder, name),
    async release() {},
    async put(names, fill) {
      await makeFolder(folder);
      const mark = `${process.pid}-${Math.random().toString(36).slice(2)}`;
      const paths = names.map((name) => join(folder, `.${name}.${mark}.part`));
      try {
        const result = await fill(paths);
        for (const file of paths) await sync(file);
        for (const [i, name] of names.entries()) await rename(paths[i] as string, join(folder, name));
        return result;
      } catch (error) {
        for (const file of paths) await rm(file, { force: true });
        throw asWriteError(folder, error);
      }
    },
    async tidy() {
      const left = (await namesIn(folder)).filter((name) => /^\..+\.part$/.test(name));
      for (const name of left) await rm(join(folder, name), { force: true });
    },
  };
}

async function pathOf(folder: string, name: string): Promise<string | undefined> {
  const file = join(folder, name);
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? file : undefined;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR")
      throw new FeatureTargetError(`${folder}: is a file; expected a folder for the tables, or nothing`);
    throw error;
  });
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
