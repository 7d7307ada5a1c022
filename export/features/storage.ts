// Where the files of a set lie: one small interface, so that it may be a folder here or a store elsewhere.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { asWriteError, makeFolder } from "../synced-file.ts";
import { FeatureTargetError } from "./errors.ts";

export interface Storage {
  /** For messages. */
  readonly where: string;
  /** The names of all whole files. */
  list(): Promise<readonly string[]>;
  /** The path, on this machine, of a file with this content; undefined where there is none of that name. */
  fetch(name: string): Promise<string | undefined>;
  /**
   * Calls `fill` with paths on this machine to write to, one for each name. What it has written gets these names once it
   * resolves, whole, in place of what had them; where it rejects, nothing changes.
   */
  put<T>(names: readonly string[], fill: (paths: readonly string[]) => Promise<T>): Promise<T>;
  /** Removes what writers that were killed have left. Only when nobody writes. */
  tidy(): Promise<void>;
}

/** Files in a folder, which is made when the first is put there. */
export function folderStorage(path: string): Storage {
  const folder = resolve(path);
  return {
    where: path,
    async list() {
      return (await namesIn(folder)).filter((name) => !name.startsWith("."));
    },
    async fetch(name) {
      const file = join(folder, name);
      const found = await stat(file).catch(() => undefined);
      return found?.isFile() ? file : undefined;
    },
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

export interface FileSum {
  readonly bytes: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Size and sha256 of a file on this machine. */
export async function sumOf(path: string): Promise<FileSum> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}
