// The range of values that have no bounds of their own: lowest and highest one found.

export class RangeMeter {
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;

  /** Values that are not finite are not counted. */
  add(values: Float32Array): void {
    for (const value of values) {
      if (value < this.#lowest && value !== Number.NEGATIVE_INFINITY) this.#lowest = value;
      if (value > this.#highest && value !== Number.POSITIVE_INFINITY) this.#highest = value;
    }
  }

  /** Rising also where all values are the same: then the value and one more, or twice as much. */
  get range(): readonly [number, number] {
    if (this.#lowest < this.#highest) return [this.#lowest, this.#highest];
    const only = Number.isFinite(this.#lowest) ? this.#lowest : 0;
    return [only, only + Math.max(1, Math.abs(only))];
  }
}

/** Where the first NaN or infinity is, or -1. */
export function firstNonFinite(values: Float32Array): number {
  // A sum is finite only where all its parts are (it may overflow, so it only says where to look).
  let sum = 0;
  for (const value of values) sum += value;
  return Number.isFinite(sum) ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

/** The largest whole number up to which float32 holds every one. */
export const LARGEST_EXACT = 2 ** 24;
