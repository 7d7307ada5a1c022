// Class numbers from a column of labels: numbers as they are, names in natural order.
import type { Labels } from "./dataset.ts";
import { FormatError } from "./errors.ts";
import { naturalOrder } from "./natural-order.ts";

export class LabelColumn {
  readonly #where: string;
  /** Text of a label to its number by first appearance. */
  readonly #seen = new Map<string, number>();
  readonly #order: number[] = [];

  /** @param where for messages, such as `table.csv: column "class"` */
  constructor(where: string) {
    this.#where = where;
  }

  add(label: string): void {
    const known = this.#seen.get(label);
    const number = known ?? this.#seen.size;
    if (known === undefined) this.#seen.set(label, number);
    this.#order.push(number);
  }

  /** Holds the place of an item whose label does not matter. */
  addNone(): void {
    this.#order.push(-1);
  }

  /**
   * Where every label is a whole number of 32 bits, that is its class; else classes are numbered in natural order
   * of their names. Throws `FormatError` for numbers that are not whole.
   */
  finish(): { readonly labels: Labels; readonly classNames?: readonly string[] } {
    const texts = [...this.#seen.keys()];
    const values = texts.map((label) => (label.trim() === "" ? Number.NaN : Number(label)));
    if (values.every((value) => Number.isFinite(value))) {
      const wrong = values.findIndex((value) => value !== (value | 0));
      if (wrong < 0) return { labels: this.#labels(values) };
      throw new FormatError(this.#where, `holds ${texts[wrong]}`, "class names or whole numbers of 32 bits");
    }
    const classNames = texts.toSorted(naturalOrder);
    const numbers = new Map(classNames.map((name, number) => [name, number]));
    return { labels: this.#labels(texts.map((label) => numbers.get(label) ?? 0)), classNames };
  }

  #labels(values: readonly number[]): Labels {
    const bytes = values.every((value) => value >= 0 && value < 256);
    const labels = bytes ? new Uint8Array(this.#order.length) : new Int32Array(this.#order.length);
    this.#order.forEach((number, i) => {
      labels[i] = values[number] ?? 0;
    });
    return labels;
  }
}
