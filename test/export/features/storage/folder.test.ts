// A folder as storage: files get their names when they are whole, or not at all.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { folderStorage } from "../../../../export/features/storage/folder.ts";
import { sumOf } from "../../../../export/features/storage/sum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

test("files that are put get their names together, once all are written", async (t) => {
  const folder = join(await temporaryFolder(t), "a", "b");
  const storage = folderStorage(folder);
  assert.deepEqual(await storage.list(), []);
  assert.equal(await storage.fetch("x.txt"), undefined);
  const result = await storage.put(["x.txt", "y.txt"], async ([x = "", y = ""]) => {
    await writeFile(x, "first");
    assert.deepEqual(await storage.list(), []);
    await writeFile(y, "second");
    return 7;
  });
  assert.equal(result, 7);
  assert.deepEqual((await storage.list()).toSorted(), ["x.txt", "y.txt"]);
  assert.equal(await readFile((await storage.fetch("y.txt")) ?? "", "utf8"), "second");
});

test("where writing fails, what was there stays and nothing is left", async (t) => {
  const folder = await temporaryFolder(t);
  const storage = folderStorage(folder);
  await storage.put(["x.txt"], async ([x = ""]) => writeFile(x, "old"));
  const failing = storage.put(["x.txt"], async ([x = ""]) => {
    await writeFile(x, "half of the n");
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  });
  await assert.rejects(failing, {
    name: "WriteError",
    message: `${folder}: can't be written: no space left on device; make room there, or choose another place`,
  });
  assert.deepEqual(await readdir(folder), ["x.txt"]);
  assert.equal(await readFile(join(folder, "x.txt"), "utf8"), "old");
});

test("what killed writers left is not listed, and is tidied away", async (t) => {
  const folder = await temporaryFolder(t);
  const storage = folderStorage(folder);
  await writeFile(join(folder, ".part-00000.parquet.12-abc.part"), "half");
  await writeFile(join(folder, ".hidden"), "somebody's");
  await writeFile(join(folder, "x.txt"), "whole");
  assert.deepEqual(await storage.list(), ["x.txt"]);
  await storage.tidy();
  assert.deepEqual((await readdir(folder)).sort(), [".hidden", "x.txt"]);
});

test("a file's sum is its size and sha256", async (t) => {
  const path = join(await temporaryFolder(t), "x");
  const bytes = Uint8Array.from({ length: 3 << 20 }, (_, i) => i * 7);
  await writeFile(path, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  assert.deepEqual(await sumOf(path), { bytes: bytes.length, sha256 });
});
