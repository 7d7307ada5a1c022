// Reads a package from any source and proves its files whole before anything of them is used.
import { IntegrityError, ManifestError, SourceError, show } from "../errors.ts";
import { MANIFEST_FILE } from "../file-names.ts";
import type { ByRole, Manifest, PackageFile, Precision } from "../manifest.ts";
import { eachRole, filesFor, parseManifest } from "../manifest.ts";
import { findExternalData } from "./external-data.ts";
import { checkSize, type PackageFiles, type SourceOptions } from "./files.ts";
import { sha256 } from "./hash.ts";

export interface LoadedPackage {
  readonly manifest: Manifest;
  /** ONNX files. */
  readonly graphs: ByRole<Uint8Array<ArrayBuffer>>;
}

export interface ReadOptions extends SourceOptions {
  /** Default fp32. */
  readonly dtype?: Precision;
}

/** More than any manifest needs; it is read before anything vouches for its size. */
const MANIFEST_LIMIT = 4 * 2 ** 20;

/**
 * Reads latentkit.json and the graphs.
 * Throws `ManifestError`; `OptionError` where it has no encoder of the `dtype`; `IntegrityError` where a file is missing or
 * its size or sha256 is another; `SourceError` where the source cannot be read, is too large, or a graph wants files from
 * outside of the package.
 */
export async function readPackage(
  files: PackageFiles,
  { dtype = "fp32", signal, maxBytes }: ReadOptions = {},
): Promise<LoadedPackage> {
  signal?.throwIfAborted();
  const where = files.where(MANIFEST_FILE);
  const bytes = await files.read(MANIFEST_FILE, MANIFEST_LIMIT);
  if (!bytes) {
    throw new ManifestError(`${where}: no such file; expected a package that latentkit wrote`);
  }
  const manifest = parseManifest(new TextDecoder().decode(bytes), where);
  await files.keep?.(MANIFEST_FILE, bytes);

  const wanted = filesFor(manifest, dtype);
  const total = Object.values(wanted).reduce((sum, { bytes: size }: PackageFile) => sum + size, 0);
  checkSize(`${where}: its files hold`, total, maxBytes);
  return { manifest, graphs: await eachRole(wanted, (file) => readGraph(files, file, signal)) };
}

async function readGraph(files: PackageFiles, file: PackageFile, signal: AbortSignal | undefined) {
  signal?.throwIfAborted();
  const { path, role, bytes: size } = file;
  const where = files.where(path);
  const error = (found: string, wanted: string | number) =>
    new IntegrityError(`${where}: ${found}; expected ${wanted} by its manifest`);
  const bytes = await files.read(path, size, file);
  if (!bytes) throw error("no such file", `the ${role}`);
  if (bytes.length !== size) throw error(`has ${bytes.length} bytes`, size);
  const found = await sha256(bytes);
  if (found !== file.sha256) throw error(`sha256 is ${found}`, file.sha256);
  const external = findExternalData(bytes);
  if (external !== undefined) {
    throw new SourceError(`${where}: tensor ${show(external)} lies in another file; expected it in this one`);
  }
  await files.keep?.(path, bytes, file);
  return bytes;
}
