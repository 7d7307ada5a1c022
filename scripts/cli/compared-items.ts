// The items on which smaller variants of a package's graphs are compared with fp32.

import { DataError, type Dataset, gather, openSource } from "../../data/index.ts";
import { COMPARED_ITEMS, type RawItems, readManifest } from "../../export/index.ts";
import type { Manifest } from "../../runtime/index.ts";
import { CommandError } from "./errors.ts";

/**
 * Items of the source named, else of the training data; `undefined` where that can't be had, which `tell` is told.
 * Rejects with what `openSource` rejects with for a source that was named, and `CommandError` for other items.
 */
export async function comparedItems(
  folder: string,
  samples: string | undefined,
  tell: (message: string) => void,
): Promise<RawItems | undefined> {
  const manifest = await readManifest(folder);
  return samples === undefined ? trainingItems(manifest, tell) : readItems(samples, manifest);
}

/** Items of what the model was trained on, where it is still there. */
async function trainingItems(
  manifest: Manifest,
  tell: (message: string) => void,
): Promise<RawItems | undefined> {
  const { config } = manifest.training;
  const source = typeof config === "object" && config !== null && "data" in config ? config.data : undefined;
  if (typeof source !== "string") {
    tell("variants are compared on random items, since the package names no training data; see --samples");
    return undefined;
  }
  try {
    return await readItems(source, manifest);
  } catch (error) {
    if (!(error instanceof DataError) && !(error instanceof CommandError)) throw error;
    tell(
      `variants are compared on random items, since the training data can't be had (${error.message}); see --samples`,
    );
    return undefined;
  }
}

/** Items spread evenly over a source. */
async function readItems(source: string, { input }: Manifest): Promise<RawItems> {
  const dataset: Dataset = await openSource(source);
  try {
    if (dataset.shape.join() !== input.shape.join() || dataset.dtype !== input.dtype) {
      throw new CommandError(
        `${dataset.name}: holds ${dataset.dtype} items of [${dataset.shape.join(", ")}]; ` +
          `the model takes ${input.dtype} items of [${input.shape.join(", ")}]`,
      );
    }
    const count = Math.min(COMPARED_ITEMS, dataset.length);
    const indices = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * dataset.length) / count));
    return { data: await gather(dataset, indices), from: dataset.name };
  } finally {
    await dataset.close?.();
  }
}
