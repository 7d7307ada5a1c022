// The items whose labels a classifier may use.
import { type Dataset, permutation, seededRandom, subset } from "../../data/index.ts";
import { ConfigError } from "../errors.ts";

/** Tells the draw from others of the same seed. */
const STREAM = 0x1abe1;

/** How many classes a dataset has: as many as it names, or as its largest label says. */
export function classCount({ labels, classNames }: Dataset): number {
  if (!labels) return 0;
  if (classNames) return classNames.length;
  let most = 0;
  for (const label of labels) most = Math.max(most, label);
  return most + 1;
}

/** Their names; numbers where the dataset has none. */
export function classNamesOf(dataset: Dataset): string[] {
  return Array.from({ length: classCount(dataset) }, (_, i) => dataset.classNames?.[i] ?? String(i));
}

/** Throws `ConfigError` for a dataset that no classifier can learn from: without labels, or with a single class. */
export function checkLabelled(dataset: Dataset): void {
  const lack = !dataset.labels
    ? "which has no labels"
    : classCount(dataset) < 2
      ? "whose items are all of one class"
      : undefined;
  if (lack === undefined) return;
  throw new ConfigError(`config: classifier.epochs is above 0; expected 0 for ${dataset.name}, ${lack}`);
}

/** A share of each class's items, drawn by seed, at least one of each. Throws as `checkLabelled`. */
export function labelledShare(dataset: Dataset, share: number, seed: number): Dataset {
  checkLabelled(dataset);
  if (share === 1) return dataset;
  const { labels = [] } = dataset;
  const groups: number[][] = Array.from({ length: classCount(dataset) }, () => []);
  for (const item of permutation(dataset.length, seededRandom(seed, STREAM))) {
    groups[labels[item] as number]?.push(item);
  }
  const chosen = groups.flatMap((items) => items.slice(0, Math.max(1, Math.round(share * items.length))));
  return subset(
    dataset,
    chosen.sort((a, b) => a - b),
    `${dataset.name} (${chosen.length} labelled)`,
  );
}
