// Which source a spec opens, and what is said where none does.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openSource } from "../../data/index.ts";
import { idxOfBytes } from "../helpers/idx-files.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const known = "known sources: mnist, mnist:train, mnist:test, an IDX file";

test("an IDX file is recognised by its first bytes, whatever its name", async (t) => {
  const path = join(await temporaryFolder(t), "faces");
  await writeFile(path, idxOfBytes([2, 3], [1, 2, 3, 4, 5, 6]));
  const { name, shape } = await openSource(path);
  assert.deepEqual({ name, shape }, { name: "faces", shape: [3] });
});

test("a word that is no source is answered with the known ones", async () => {
  await assert.rejects(openSource("minst"), {
    name: "UnknownSourceError",
    message: `source "minst": no such source; ${known}`,
  });
});

test("a path where nothing is gives a missing file", async () => {
  await assert.rejects(openSource("/nowhere/x.bin"), {
    name: "MissingFileError",
    message: "/nowhere/x.bin: no such file; expected one of mnist, mnist:train, mnist:test, an IDX file",
  });
  await assert.rejects(openSource("/nowhere/train-images-idx3-ubyte"), {
    message: "/nowhere/train-images-idx3-ubyte: no such file; expected an IDX file",
  });
});

test("a file or folder that no source reads is named, with the bytes it starts with", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "x.png");
  await writeFile(path, Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
  await assert.rejects(openSource(path), {
    message: `source "${path}": no source reads a file that starts with bytes 89 50 4e 47; ${known}`,
  });
  await assert.rejects(openSource(folder), {
    message: `source "${folder}": no source reads this folder; ${known}`,
  });
});
