// How calls are joined: options with the names and the meaning that they have in NVIDIA Triton's dynamic batcher.
import { OptionError } from "./errors.ts";

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

/** Throws `OptionError` for the first that is out of its range. */
export function checkBatching({ maxBatchSize, maxQueueDelay, maxQueueSize, timeout }: Batching): void {
  checkCount("maxBatchSize", maxBatchSize);
  if (!(maxQueueDelay >= 0 && maxQueueDelay <= LONGEST_DELAY)) {
    throw new OptionError("maxQueueDelay", maxQueueDelay, `milliseconds from 0 to ${LONGEST_DELAY}`);
  }
  if (maxQueueSize !== Number.POSITIVE_INFINITY) checkCount("maxQueueSize", maxQueueSize);
  checkTimeout(timeout);
}

export function checkTimeout(timeout: number): void {
  if (timeout === Number.POSITIVE_INFINITY || (timeout > 0 && timeout <= LONGEST_DELAY)) return;
  throw new OptionError("timeout", timeout, `milliseconds above 0 up to ${LONGEST_DELAY}, or Infinity`);
}

export function checkCount(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new OptionError(option, value, "a whole number, at least 1");
}
