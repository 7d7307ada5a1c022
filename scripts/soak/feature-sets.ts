// What the soak tests of feature tables encode, and what of the outcome must not depend on how often it was killed.
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readFeatures } from "../../export/index.ts";
import { PIXELS, SIDE, writeUntrainedPackage } from "../bench/untrained-package.ts";

const IMAGES = 20_000;
/** Rows of a shard. */
export const SHARD = 500;
export const SHARDS = IMAGES / SHARD;

export interface FeatureInputs {
  readonly model: string;
  readonly source: string;
}

/** An untrained package, and pictures of noise. */
export async function writeInputs(folder: string, random: () => number): Promise<FeatureInputs> {
  const inputs = { model: join(folder, "package"), source: join(folder, "images-idx3-ubyte") };
  await writeUntrainedPackage(inputs.model);
  const header = Buffer.alloc(16);
  for (const [i, value] of [0x803, IMAGES, SIDE, SIDE].entries()) header.writeUInt32BE(value, 4 * i);
  const pixels = Uint8Array.from({ length: IMAGES * PIXELS }, () => 256 * random());
  await writeFile(inputs.source, Buffer.concat([header, pixels]));
  return inputs;
}

/** A hash of all files but for the time that shards took, and of all rows as they are read back. */
export async function outcomeOf(out: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(out)).sort()) {
    const content = await readFile(join(out, name), "latin1");
    hash.update(`${name}\n${content.replace(/"seconds": [\d.e+-]+/, "")}`);
  }
  for await (const { ids, codes, errors } of readFeatures(out)) {
    hash
      .update(JSON.stringify(ids))
      .update(codes)
      .update(errors ?? "");
  }
  return hash.digest("hex");
}
