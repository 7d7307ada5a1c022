// The seam between the runtime's front and whatever runs its graphs: this thread, workers, a browser.
import type { Device, PassedOver } from "./types.ts";

/** Work for one micro-batch: `count` items, already checked. */
export interface Job {
  readonly kind: "encode" | "decode" | "reconstruct" | "classify";
  readonly data: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  readonly count: number;
  /** For `decode`: the values of each of the manifest's switches, flat. */
  readonly switches?: readonly Int32Array<ArrayBuffer>[];
}

export interface JobResult {
  /** Codes, reconstructions or probabilities, flat. */
  readonly data: Float32Array<ArrayBuffer>;
  /** For `reconstruct`: one number per item. */
  readonly error?: Float32Array<ArrayBuffer>;
  /** For `encode`: the values of each of the manifest's switches, flat. */
  readonly switches?: readonly Int32Array<ArrayBuffer>[];
  /** What the graphs took, from values to values, in ms. */
  readonly milliseconds: number;
}

export interface Executor {
  readonly device: Device;
  readonly passedOver: readonly PassedOver[];
  /** How many jobs it can make use of at once: one runs while the next is on its way. Default 1. */
  readonly lanes?: number;
  /** The same of full batches, which gain nothing by waiting for more calls. Default `lanes`. */
  readonly fullLanes?: number;
  /**
   * Whether `run` only reads a job's arrays, which may then be the caller's own. Without it, it takes them over: they
   * are nobody else's, and each fills its buffer.
   */
  readonly borrows?: boolean;
  /**
   * Calls of one turn are joined: when the turn ends. Default `queueMicrotask`; where there is an event loop to be
   * kept turning, such as Node's `setImmediate`, that.
   */
  readonly nextTurn?: (task: () => void) => void;
  run(job: Job): Promise<JobResult>;
  /** Finishes the jobs it has, then frees everything. Called once. */
  close(): Promise<void>;
}

/** All arrays of a job or result, in an order of their own. */
export function arraysOf({
  data,
  error,
  switches = [],
}: Pick<JobResult, "error" | "switches"> & Pick<Job, "data">) {
  return [data, ...(error ? [error] : []), ...switches];
}

/** All buffers of a job or result, to be transferred between threads. */
export function buffersOf(values: Job | JobResult): ArrayBuffer[] {
  return arraysOf(values).map(({ buffer }) => buffer);
}
