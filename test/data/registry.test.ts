// Which source a spec opens, and what is said where none does.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { openSource } from "../../data/index.ts";
import { idxOfBytes } from "../helpers/idx-files.ts";
import { npyOfFloats } from "../helpers/npy-files.ts";
import { putFiles } from "../helpers/put-files.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

const list =
  "mnist, mnist:train, mnist:test, speech, speech:train, speech:test, a .npy file, a .parquet file, a .csv file, a .wav file, " +
  "a .tar file of images (WebDataset), a .txt or .list file of images' paths, a glob of images, such as photos/**/*.jpg, " +
  "an IDX file, a folder of images";
const known = `known sources: ${list}`;

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
    message: `/nowhere/x.bin: no such file; expected one of ${list}`,
  });
  await assert.rejects(openSource("/nowhere/train-images-idx3-ubyte"), {
    message: "/nowhere/train-images-idx3-ubyte: no such file; expected an IDX file",
  });
});

test("a file that no source reads is named, with the bytes it starts with", async (t) => {
  const path = join(await temporaryFolder(t), "x.png");
  await writeFile(path, Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
  await assert.rejects(openSource(path), {
    message: `source "${path}": no source reads a file that starts with bytes 89 50 4e 47; ${known}`,
  });
});

test("options can be spelled after a question mark; those given in code come before them", async (t) => {
  const at = await putFiles(t, { "x.npy": npyOfFloats([[1, 2, 3, 4]]), "a,b c.csv": "n m,o\n1,2\n" });
  const spelled = await openSource(`${at("x.npy")}?shape=2x2&range=0,9&name=four`);
  assert.deepEqual([spelled.name, spelled.shape, spelled.range], ["four", [2, 2], [0, 9]]);
  await spelled.close?.();
  const both = await openSource(`${at("x.npy")}?shape=2x2&name=four`, { shape: [4, 1] });
  assert.deepEqual([both.name, both.shape], ["four", [4, 1]]);
  await both.close?.();
  const decoded = await openSource(`${at("a,b c.csv")}?columns=n+m`);
  assert.deepEqual(decoded.columns, ["n m"]);
  assert.equal("labels" in (await openSource("mnist:test?labels=false")), false);
});

test("a path that exists as it is written is taken as it is", async (t) => {
  const at = await putFiles(t, { "x.npy?shape=2x2.npy": npyOfFloats([[1, 2, 3, 4]]) });
  const dataset = await openSource(at("x.npy?shape=2x2.npy"));
  assert.deepEqual(dataset.shape, [4]);
  await dataset.close?.();
  const queried = await openSource(`${at("x.npy?shape=2x2.npy")}?shape=1x4`);
  assert.deepEqual(queried.shape, [1, 4]);
  await queried.close?.();
});

test("options that the source does not have, and options given twice, are refused", async (t) => {
  const at = await putFiles(t, { "x.npy": npyOfFloats([[1]]) });
  await assert.rejects(openSource(`${at("x.npy")}?window=3`), {
    name: "DataOptionError",
    message:
      `${at("x.npy")}: option is window; ` +
      "expected none of that name here, but name, classNames, skipBad, range, shape, labels",
  });
  await assert.rejects(openSource("mnist:test?skipBad"), {
    message: "mnist:test: option is skipBad; expected none of that name here, but name, classNames, labels",
  });
  await assert.rejects(openSource(`${at("x.npy")}?range=0,1&range=0,2`), {
    message: `${at("x.npy")}: range is 0,1, then 0,2; expected one value`,
  });
  await assert.rejects(openSource("nothing?a=b"), { message: `source "nothing": no such source; ${known}` });
});

test("a source without items is refused by name", async (t) => {
  const at = await putFiles(t, { empty: idxOfBytes([0, 3], []) });
  await assert.rejects(openSource(at("empty")), {
    name: "EmptyDatasetError",
    message: "empty: no item in it; expected at least 1 item",
  });
});
