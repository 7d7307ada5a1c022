// Counts what a runtime does.
import { Histogram } from "./histogram.ts";
import type { RuntimeStats } from "./types.ts";

export class StatsRecorder {
  requests = 0;
  #items = 0;
  #batches = 0;
  /** Of each call, the time until its first items go to the graphs. */
  readonly queue = new Histogram();
  readonly #compute = new Histogram();

  /** The graphs took `milliseconds` for `items`. */
  ran(items: number, milliseconds: number): void {
    this.#items += items;
    this.#batches++;
    this.#compute.record(milliseconds);
  }

  read(): RuntimeStats {
    return {
      requests: this.requests,
      items: this.#items,
      batches: this.#batches,
      meanBatch: this.#items / Math.max(this.#batches, 1),
      queue: this.queue.percentiles(),
      compute: this.#compute.percentiles(),
    };
  }
}
