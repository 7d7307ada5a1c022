// What tests of sources share: a package's files, and reading them from wherever they are.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { openNodeSource } from "../../../runtime/node/source.ts";
import type { SourceOptions } from "../../../runtime/source/files.ts";
import type { Source } from "../../../runtime/source/open.ts";
import { readPackage } from "../../../runtime/source/package.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

const names = ["latentkit.json", "encoder.onnx", "decoder.onnx"] as const;
export type Contents = Record<(typeof names)[number], Uint8Array<ArrayBuffer>>;

export async function read(source: Source, options: SourceOptions = {}) {
  return readPackage(await openNodeSource(source, options), options);
}

export async function tinyFiles(t: TestContext): Promise<{ path: string; files: Contents }> {
  const path = await writeTinyPackage(await temporaryFolder(t));
  const entries = await Promise.all(
    names.map(async (name) => [name, new Uint8Array(await readFile(join(path, name)))] as const),
  );
  return { path, files: Object.fromEntries(entries) as Contents };
}

/** As chosen by a user. */
export const asFiles = (files: Contents) => names.map((name) => new File([files[name]], name));
