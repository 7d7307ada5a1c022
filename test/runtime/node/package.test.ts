// Package folders are proved whole before they are used.
import assert from "node:assert/strict";
import { rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { folderFiles } from "../../../runtime/node/source.ts";
import { readPackage as readFiles } from "../../../runtime/source/package.ts";
import { onnxModel } from "../../helpers/onnx-models.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

const readPackage = (folder: string) => readFiles(folderFiles(folder));

test("a whole package gives its manifest and the bytes of its graphs", async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t));
  const { manifest, graphs } = await readPackage(folder);
  assert.equal(manifest.name, "tiny");
  assert.deepEqual(new Uint8Array(graphs.encoder), onnxModel(tinyEncoder));
});

test("a folder without latentkit.json is no package", async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(readPackage(folder), {
    name: "ManifestError",
    message: `${join(folder, "latentkit.json")}: no such file; expected a package that latentkit wrote`,
  });
});

test("one changed byte, a missing byte and a missing file are each found", async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t));
  const path = join(folder, "decoder.onnx");
  const bytes = (await readPackage(folder)).graphs.decoder;

  const changed = Uint8Array.from(bytes);
  changed[50] = (changed[50] ?? 0) ^ 1;
  await writeFile(path, changed);
  await assert.rejects(readPackage(folder), {
    name: "IntegrityError",
    message: new RegExp(`^${path}: sha256 is [0-9a-f]{64}; expected [0-9a-f]{64} by its manifest$`),
  });
  await truncate(path, bytes.length - 1);
  await assert.rejects(readPackage(folder), {
    name: "IntegrityError",
    message: `${path}: has ${bytes.length - 1} bytes; expected ${bytes.length} by its manifest`,
  });
  await rm(path);
  await assert.rejects(readPackage(folder), {
    name: "IntegrityError",
    message: `${path}: no such file; expected the decoder by its manifest`,
  });
});
