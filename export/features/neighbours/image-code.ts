// The code of an image that is in no table, by the package that a table was made with.
import { basename, dirname } from "node:path";
import { imageKinds, openImagesAt, walkImages } from "../../../data/images/open.ts";
import type { Dataset } from "../../../data/index.ts";
import { readOptions } from "../../../data/options.ts";
import { locate } from "../../../data/query.ts";
import { loadRuntime, type Manifest } from "../../../runtime/index.ts";
import { readManifest } from "../../package/read-manifest.ts";
import { FeatureOptionError } from "../errors.ts";
import { packageHash } from "../fingerprint.ts";
import { checkItems } from "../job.ts";
import type { FeatureSetInfo } from "../set.ts";

export interface ImageCodeOptions {
  /** The package. Default: the folder in which it lay when the table was made. */
  readonly package?: string;
  /** Who computes. Default `cpu`, which is the quickest to begin. */
  readonly device?: "auto" | "cuda" | "webgpu" | "cpu";
}

/**
 * Decodes, resizes and encodes an image as those of the table were.
 *
 * Rejects with `FeatureOptionError` where the package is another than the table's, or where it lies is not known; with
 * what reading image and package says.
 */
export async function encodeImageFor(
  info: FeatureSetInfo,
  image: string,
  { package: given, device = "cpu" }: ImageCodeOptions = {},
): Promise<Float32Array> {
  const { folder, manifest } = await findPackageOf(info, given);
  const dataset = await openImageFor(info, image, manifest);
  try {
    const runtime = await loadRuntime(folder, { dtype: info.package.dtype, device, inline: true });
    try {
      return (await runtime.encode(await dataset.read(0, 1))).data;
    } finally {
      await runtime.dispose();
    }
  } finally {
    await dataset.close?.();
  }
}

/** The package that a table was made with. Rejects as {@link encodeImageFor}. */
export async function findPackageOf(
  info: FeatureSetInfo,
  given: string | undefined,
): Promise<{ readonly folder: string; readonly manifest: Manifest }> {
  const folder = given ?? info.package.folder;
  if (folder === undefined) {
    throw new FeatureOptionError(
      "package",
      undefined,
      "the folder of the package that the table was made with",
    );
  }
  const { name, sha256, dtype } = info.package;
  const manifest = await readManifest(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    const wanted = `the folder of package ${JSON.stringify(name)}; there is none in it`;
    throw new FeatureOptionError("package", folder, wanted);
  });
  const found = packageHash(manifest, dtype);
  if (found === sha256) return { folder, manifest };
  throw new FeatureOptionError(
    "package",
    folder,
    `the one that the table was made with: ${JSON.stringify(name)} (${dtype}, sha256 ${sha256.slice(0, 12)}…); ` +
      `it is ${JSON.stringify(manifest.name)} (sha256 ${found.slice(0, 12)}…)`,
  );
}

/** A dataset of one image, which is brought to its size as those of the table were. */
export async function openImageFor(
  info: FeatureSetInfo,
  image: string,
  manifest: Manifest,
): Promise<Dataset> {
  const { query } = await locate(info.source.spec);
  const fit = Object.entries(query).filter(([name]) => name === "fit" || name === "background");
  const given = { ...walkImages(manifest.input), ...Object.fromEntries(fit) };
  const options = readOptions(image, imageKinds, given);
  const dataset = await openImagesAt({ folder: dirname(image), files: [basename(image)] }, {}, options);
  try {
    checkItems(image, dataset, manifest);
    return dataset;
  } catch (error) {
    await dataset.close?.();
    throw error;
  }
}
