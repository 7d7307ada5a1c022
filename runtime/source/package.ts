// Reads a package from any source and proves its files whole before anything of them is used.
import { IntegrityError, ManifestError, SourceError } from "../errors.ts";
import { MANIFEST_FILE } from "../file-names.ts";
import type { ByRole, Manifest, PackageFile, Precision } from "../manifest.ts";
import { eachRole, filesFor, parseManifest } from "../manifest.ts";
import { findExternalData } from "./external-data.ts";
import type { PackageFiles, SourceOptions } from "./files.ts";
import { MAX_BYTES } from "./files.ts";
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
 * Throws `ManifestError`; `OptionError` where it has no encoder of the `dtype`; `IntegrityError` where a file is missing or its size or sha256 is another; `SourceError`
 * where the source cannot be read, is too large, or a graph wants files from outside of the package.
 */
export async function readPackage(
  files: PackageFiles,
  { dtype = "fp32", signal, maxBytes = MAX_BYTES }: ReadOptions = {},
): Promise<LoadedPackage> {
  signal?.throwIfAborted();
  const where = files.where(MANIFEST_FILE);
  const opened = await files.open(MANIFEST_FILE);
  if (!opened) {
    throw new ManifestError(
      `${where}: no such file; expected the description of a package that latentkit wrote`,
    );
  }
  const bytes = await opened.bytes(MANIFEST_LIMIT);
  const manifest = parseManifest(new TextDecoder().decode(bytes), where);
  await files.keep?.(MANIFEST_FILE, bytes);

  const wanted = filesFor(manifest, dtype);
  const total = Object.values(wanted).reduce((sum, { bytes: size }: PackageFile) => sum + size, 0);
  if (total > maxBytes) {
    throw new SourceError(
      `${where}: its files hold ${total} bytes; expected at most ${maxBytes}, the maxBytes`,
    );
  }
  return { manifest, graphs: await eachRole(wanted, (file) => readGraph(files, file, signal)) };
}

async function readGraph(files: PackageFiles, file: PackageFile, signal: AbortSignal | undefined) {
  signal?.throwIfAborted();
  const where = files.where(file.path);
  const opened = await files.open(file.path, file);
  if (!opened) {
    throw new IntegrityError(`${where}: no such file; expected the ${file.role} of ${file.bytes} bytes`);
  }
  const checkSize = (size: number) => {
    if (size === file.bytes) return;
    throw new IntegrityError(`${where}: has ${size} bytes; expected ${file.bytes} by ${MANIFEST_FILE}`);
  };
  if (opened.size !== undefined) checkSize(opened.size);
  const bytes = await opened.bytes(file.bytes);
  checkSize(bytes.length);
  const found = await sha256(bytes);
  if (found !== file.sha256) {
    throw new IntegrityError(`${where}: sha256 is ${found}; expected ${file.sha256} by ${MANIFEST_FILE}`);
  }
  const external = findExternalData(bytes);
  if (external !== undefined) {
    throw new SourceError(
      `${where}: tensor ${JSON.stringify(external)} lies in another file; ` +
        "expected a graph that holds its weights itself",
    );
  }
  await files.keep?.(file.path, bytes, file);
  return bytes;
}
