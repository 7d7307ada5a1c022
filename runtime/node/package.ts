// Reads a package folder and proves its files whole before anything of them is used.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { IntegrityError, ManifestError } from "../errors.ts";
import type { Manifest, PackageFile, Role } from "../manifest.ts";
import { MANIFEST_FILE, parseManifest } from "../manifest.ts";

export interface LoadedPackage {
  readonly manifest: Manifest;
  /** The ONNX file of each role. */
  readonly graphs: Readonly<Record<Role, Uint8Array>>;
}

/**
 * Reads latentkit.json and the graphs of a package folder.
 * Throws `ManifestError`, or `IntegrityError` where a file is missing or its size or sha256 is another.
 */
export async function readPackage(folder: string): Promise<LoadedPackage> {
  const path = join(folder, MANIFEST_FILE);
  const json = await readFile(path, "utf8").catch((error: Error) => {
    throw new ManifestError(
      `${path}: cannot be read (${error.message}); expected the folder of a package that latentkit wrote`,
    );
  });
  const manifest = parseManifest(json, path);
  return {
    manifest,
    graphs: {
      encoder: await readGraph(folder, manifest, "encoder"),
      decoder: await readGraph(folder, manifest, "decoder"),
    },
  };
}

function readGraph(folder: string, manifest: Manifest, role: Role): Promise<Uint8Array> {
  const file = manifest.files.find((candidate) => candidate.role === role);
  if (!file) throw new ManifestError(`${join(folder, MANIFEST_FILE)}: files: holds no ${role}`);
  return readVerified(folder, file);
}

async function readVerified(folder: string, file: PackageFile): Promise<Uint8Array> {
  const path = join(folder, file.path);
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) {
    throw new IntegrityError(`${path}: no such file; expected the ${file.role} of ${file.bytes} bytes`);
  }
  if (stats.size !== file.bytes) {
    throw new IntegrityError(`${path}: has ${stats.size} bytes; expected ${file.bytes} by ${MANIFEST_FILE}`);
  }
  const bytes = await readFile(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== file.sha256) {
    throw new IntegrityError(`${path}: sha256 is ${sha256}; expected ${file.sha256} by ${MANIFEST_FILE}`);
  }
  return bytes;
}
