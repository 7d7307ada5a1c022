// What a set of codes depends on, as hashes: the package's graphs, and the source's items.
import { createHash } from "node:crypto";
import { BadItemError, type Dataset } from "../../data/index.ts";
import type { Manifest, Precision } from "../../runtime/index.ts";
import { filesFor } from "../../runtime/manifest.ts";

/** Items whose values go into a source's fingerprint. */
const SAMPLED = 16;
/** Ids that are hashed at a time. */
const IDS = 4096;

/** Of the encoder and decoder that are run, and of how their input is read; not of how they came to be. */
export function packageHash(manifest: Manifest, dtype: Precision): string {
  const { encoder, decoder } = filesFor(manifest, dtype);
  const { shape, dtype: values, range, layout } = manifest.input;
  const facts = [encoder.sha256, decoder.sha256, shape, values, range, layout];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

/**
 * Of all ids and labels, and of the values of some items, spread evenly: two sources that differ in an item in between
 * alone are taken for the same.
 */
export async function sourceFingerprint(dataset: Dataset): Promise<string> {
  const { length, shape, dtype, labels, classNames } = dataset;
  const hash = createHash("sha256");
  hash.update(JSON.stringify([length, shape, dtype, classNames ?? null]));
  for (let from = 0; dataset.id && from < length; from += IDS) {
    const ids = Array.from({ length: Math.min(IDS, length - from) }, (_, i) => dataset.id?.(from + i));
    hash.update(JSON.stringify(ids));
  }
  if (labels) hash.update(labels);
  for (const item of sampled(length)) hash.update(await bytesOfItem(dataset, item));
  return hash.digest("hex");
}

/** Evenly spread, the first and the last among them. */
function sampled(length: number): readonly number[] {
  const count = Math.min(SAMPLED, length);
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / Math.max(1, count - 1)));
}

/** Of a bad item, why it is bad. */
async function bytesOfItem(dataset: Dataset, item: number): Promise<Uint8Array | string> {
  try {
    const { buffer, byteOffset, byteLength } = await dataset.read(item, item + 1);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    if (error instanceof BadItemError) return error.reason;
    throw error;
  }
}
