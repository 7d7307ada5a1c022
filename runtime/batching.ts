// How calls are joined: options with the names and the meaning that they have in NVIDIA Triton's dynamic batcher.
import { count, isCount, numberSuch } from "./schema.ts";

export interface BatchingOptions {
  /** Most items that go through the graphs at once; bounds memory. Longer calls go in parts. Default 256. */
  readonly maxBatchSize?: number;
  /**
   * Milliseconds that a call may wait for others to fill a batch while the device is free. Default 0: whatever waits
   * goes at once, together.
   */
  readonly maxQueueDelay?: number;
  /** Calls that may wait; one more is rejected with `QueueFullError` at once. Default `Infinity`. */
  readonly maxQueueSize?: number;
  /** Milliseconds after which a call rejects with `TimeoutError`. Default `Infinity`. */
  readonly timeout?: number;
}

export type Batching = Required<BatchingOptions>;

export const batchingDefaults: Batching = {
  maxBatchSize: 256,
  maxQueueDelay: 0,
  maxQueueSize: Number.POSITIVE_INFINITY,
  timeout: Number.POSITIVE_INFINITY,
};

/** The longest that timers of JavaScript can wait: about 25 days. */
const LONGEST_DELAY = 2 ** 31 - 1;

export const batchingSchemas = {
  maxBatchSize: count,
  maxQueueDelay: numberSuch(
    `milliseconds from 0 to ${LONGEST_DELAY}`,
    (value) => value >= 0 && value <= LONGEST_DELAY,
  ),
  maxQueueSize: numberSuch(
    "a whole number, at least 1, or Infinity",
    (value) => value === Number.POSITIVE_INFINITY || isCount(value),
  ),
  timeout: numberSuch(
    `milliseconds above 0 up to ${LONGEST_DELAY}, or Infinity`,
    (value) => value === Number.POSITIVE_INFINITY || (value > 0 && value <= LONGEST_DELAY),
  ),
};
