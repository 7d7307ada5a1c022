// A folder is replaced as a whole or not at all.
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { replaceFolder } from "../../../export/package/replace.ts";
import { writeSynced } from "../../../export/synced-file.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const fillWith = (text: string) => (folder: string) => writeSynced(join(folder, "marker"), text);

test("a folder is made with its parents, then replaced, and nothing else is left", async (t) => {
  const root = await temporaryFolder(t);
  const target = join(root, "a/b/package");
  await replaceFolder(target, "marker", fillWith("one"));
  await writeFile(join(target, "stale"), "");
  await replaceFolder(target, "marker", async (folder) => {
    await fillWith("two")(folder);
    assert.equal(
      await readFile(join(target, "marker"), "utf8"),
      "one",
      "the old one stays until the new one is whole",
    );
  });
  assert.deepEqual(await readdir(target), ["marker"]);
  assert.equal(await readFile(join(target, "marker"), "utf8"), "two");
  assert.deepEqual(await readdir(join(root, "a/b")), ["package"]);
});

test("a failure while filling leaves what was there, and no temporary folder", async (t) => {
  const root = await temporaryFolder(t);
  const target = join(root, "package");
  const failing = async (folder: string) => {
    await fillWith("half")(folder);
    throw new Error("disk full");
  };
  await assert.rejects(replaceFolder(target, "marker", failing), { message: "disk full" });
  assert.deepEqual(await readdir(root), []);
  await replaceFolder(target, "marker", fillWith("one"));
  await assert.rejects(replaceFolder(target, "marker", failing), { message: "disk full" });
  assert.deepEqual(await readdir(root), ["package"]);
  assert.equal(await readFile(join(target, "marker"), "utf8"), "one");
});

test("two writers at once leave one whole folder", async (t) => {
  const root = await temporaryFolder(t);
  const target = join(root, "package");
  await replaceFolder(target, "marker", fillWith("zero"));
  const writers = ["one", "two", "three"].map((text) => replaceFolder(target, "marker", fillWith(text)));
  for (const result of await Promise.allSettled(writers)) {
    if (result.status === "rejected")
      assert.match(String(result.reason), /another writer replaced it at the same time/);
  }
  assert.deepEqual(await readdir(root), ["package"]);
  assert.match(await readFile(join(target, "marker"), "utf8"), /^(one|two|three)$/);
});

test("a folder of something else is never replaced", async (t) => {
  const root = await temporaryFolder(t);
  const target = join(root, "home");
  await mkdir(target);
  await writeFile(join(target, "thesis"), "years of work");
  await assert.rejects(replaceFolder(target, "marker", fillWith("x")), {
    name: "PackageTargetError",
    message:
      `${target}: holds 1 files but no marker, so it is no package and is not replaced; ` +
      "expected a package or nothing",
  });
  await assert.rejects(replaceFolder(join(target, "thesis"), "marker", fillWith("x")), {
    name: "PackageTargetError",
    message: `${join(target, "thesis")}: is not a folder; expected a package or nothing`,
  });
  assert.equal(await readFile(join(target, "thesis"), "utf8"), "years of work");
});
