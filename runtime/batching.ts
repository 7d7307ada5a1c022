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

/** Throws `OptionError` where the option's value is not what it should be. */
export type Check = (option: string, value: unknown) => void;

function number(wanted: string, isRight: (value: number) => boolean): Check {
  return (option, value) => {
    if (typeof value !== "number" || !isRight(value)) throw new OptionError(option, value, wanted);
  };
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;
const aCount = "a whole number, at least 1";

export const checkCount = number(aCount, isCount);

export const checkTimeout = number(
  `milliseconds above 0 up to ${LONGEST_DELAY}, or Infinity`,
  (value) => value === Number.POSITIVE_INFINITY || (value > 0 && value <= LONGEST_DELAY),
);

export const batchingChecks: Readonly<Record<keyof Batching, Check>> = {
  maxBatchSize: checkCount,
  maxQueueDelay: number(
    `milliseconds from 0 to ${LONGEST_DELAY}`,
    (value) => value >= 0 && value <= LONGEST_DELAY,
  ),
  maxQueueSize: number(aCount, (value) => value === Number.POSITIVE_INFINITY || isCount(value)),
  timeout: checkTimeout,
};
