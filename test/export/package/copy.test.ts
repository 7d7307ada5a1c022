// Packages copied whole or not at all.
import assert from "node:assert/strict";
import { appendFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { copyPackage, writePackage } from "../../../export/package/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyContent } from "../../helpers/tiny-content.ts";

test("a copy has the same files and the runtime takes it", async (t) => {
  const folder = await temporaryFolder(t);
  const written = await writePackage(tinyContent(join(folder, "a")));
  const copied = await copyPackage(join(folder, "a"), join(folder, "deep", "b"));
  assert.deepEqual(copied.files, written.files);
  assert.deepEqual((await readdir(copied.folder)).sort(), (await readdir(written.folder)).sort());
  const runtime = await loadRuntime(copied.folder, { inline: true });
  assert.equal(runtime.info.name, "tiny");
  await runtime.dispose();
});

test("a package that was altered is not copied, and nothing is left where the copy would have been", async (t) => {
  const folder = await temporaryFolder(t);
  await writePackage(tinyContent(join(folder, "a")));
  await appendFile(join(folder, "a", "decoder.onnx"), "x");
  await assert.rejects(copyPackage(join(folder, "a"), join(folder, "b")), { name: "IntegrityError" });
  assert.deepEqual(await readdir(folder), ["a"]);
});

test("a folder that holds something else is not replaced", async (t) => {
  const folder = await temporaryFolder(t);
  await writePackage(tinyContent(join(folder, "a")));
  await mkdir(join(folder, "b"));
  await writeFile(join(folder, "b", "notes.txt"), "mine");
  await assert.rejects(copyPackage(join(folder, "a"), join(folder, "b")), { name: "PackageTargetError" });
  assert.deepEqual(await readdir(join(folder, "b")), ["notes.txt"]);
});
