// How often a package's own classifier is right.
import type { Dataset } from "../../data/index.ts";
import type { Manifest, Runtime } from "../../runtime/index.ts";
import { itemBlocks } from "./sets.ts";

/** Share of a labelled source's items, 0 to 1, whose class the runtime's `classify` finds. Classes are told apart by name. */
export async function classifierAccuracy(
  runtime: Runtime,
  dataset: Dataset,
  manifest: Manifest,
  onProgress: (share: number) => void,
): Promise<number> {
  const { labels = [], classNames = [] } = dataset;
  let right = 0;
  for await (const { raw, start } of itemBlocks(dataset, manifest)) {
    onProgress(start / dataset.length);
    const found = await runtime.classify(raw);
    found.labels.forEach((label, i) => {
      const number = labels[start + i] as number;
      if (label === (classNames[number] ?? String(number))) right++;
    });
  }
  return right / dataset.length;
}
