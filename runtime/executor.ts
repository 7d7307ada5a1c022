// The seam between the runtime's front and whatever runs its graphs: this thread, workers, a browser.
import type { GraphArray, GraphArrays } from "./arrays.ts";
import type { Device, PassedOver } from "./types.ts";

/** Work for one micro-batch: `count` items, already checked. */
export interface Job {
  readonly kind: keyof Outputs;
  readonly count: number;
  /** Flat: raw values, or for `decode` codes and each of the manifest's switches. */
  readonly inputs: readonly GraphArray[];
}

type Floats = GraphArrays["float32"];

/** What each kind of job gives, flat. */
export interface Outputs {
  /** Codes, and each of the manifest's switches. */
  readonly encode: readonly [Floats, ...GraphArrays["int32"][]];
  readonly decode: readonly [reconstructions: Floats];
  /** One error per item. */
  readonly reconstruct: readonly [reconstructions: Floats, errors: Floats];
  readonly classify: readonly [probabilities: Floats];
}

/** The outputs of a job of some kind. */
export type Answer = readonly GraphArray[];

export interface JobResult {
  readonly outputs: Answer;
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
  /** Frees everything. Called once, when no job runs. */
  close(): Promise<void>;
}

/** Buffers of a job or result, to be transferred between threads. */
export function buffersOf(arrays: readonly GraphArray[]): ArrayBuffer[] {
  // Each once: two arrays given away may be the same.
  return [...new Set(arrays.map(({ buffer }) => buffer))];
}
