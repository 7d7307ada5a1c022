// Percentiles of durations in little and constant memory: counts in buckets that grow by a factor.

import type { Percentiles } from "./types.ts";

/** In ms; whatever is shorter counts as this. */
const SHORTEST = 0.001;
/** Buckets for each factor of ten: neighbours differ by 7.5 %, and their middles are off by half of that at most. */
const PER_DECADE = 32;
export class Histogram {
  /** By bucket; where none was counted there is a hole. */
  readonly #counts: number[] = [];

  record(milliseconds: number): void {
    const bucket = Math.floor(PER_DECADE * Math.log10(Math.max(milliseconds, SHORTEST) / SHORTEST));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  percentiles(): Percentiles {
    return { p50: this.#quantile(0.5), p95: this.#quantile(0.95), p99: this.#quantile(0.99) };
  }

  /** The (geometric) middle of the bucket that holds the value of rank ⌈share × count⌉; 0 of nothing. */
  #quantile(share: number): number {
    let left = Math.ceil(share * this.#counts.reduce((total, count) => total + count, 0));
    if (left === 0) return 0;
    const bucket = this.#counts.findIndex((count = 0) => {
      left -= count;
      return left <= 0;
    });
    return SHORTEST * 10 ** ((bucket + 0.5) / PER_DECADE);
  }
}
