// What becomes of items that cannot be used: with `skipBad` they are listed, without it the first one is thrown.
import type { Dataset, SkippedItem } from "./dataset.ts";
import { BadItemError, EmptyDatasetError } from "./errors.ts";
import { subset } from "./subset.ts";

export class BadItems {
  readonly #skip: boolean;
  readonly #list: SkippedItem[] = [];

  constructor(skipBad = false) {
    this.#skip = skipBad;
  }

  /** Lists the item where bad items are skipped; else, and for every other error, throws. */
  add(error: unknown): void {
    if (!(error instanceof BadItemError) || !this.#skip) throw error;
    this.#list.push({ item: error.item, reason: error.reason });
  }

  /** The field `skipped` of a dataset, where it was asked for. */
  get fields(): { readonly skipped?: readonly SkippedItem[] } {
    return this.#skip ? { skipped: this.#list } : {};
  }

  /** The dataset without the items that have these numbers. */
  leaveOut(dataset: Dataset, numbers: readonly number[]): Dataset {
    if (numbers.length === 0) return { ...dataset, ...this.fields };
    if (numbers.length === dataset.length) this.refuseEmpty(dataset.name);
    const out = new Set(numbers);
    const good = Uint32Array.from({ length: dataset.length }, (_, i) => i).filter((i) => !out.has(i));
    const { close } = dataset;
    return { ...subset(dataset, good, dataset.name), ...(close && { close }), ...this.fields };
  }

  /** For a source whose items are all in this list. */
  refuseEmpty(dataset: string): never {
    const [first] = this.#list;
    const why = first
      ? `: all ${this.#list.length} are bad, the first is ${first.item}: ${first.reason}`
      : "";
    throw new EmptyDatasetError(dataset, `no item is left${why}`);
  }
}
