// The seam between the runtime's front and whatever runs its graphs: this thread, a worker, a browser.
import type { Device, PassedOver } from "./types.ts";

/** Work for one micro-batch: `count` items, already checked. */
export interface Job {
  readonly kind: "encode" | "decode" | "reconstruct";
  readonly data: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  readonly count: number;
}

export interface JobResult {
  /** Codes or reconstructions, flat. */
  readonly data: Float32Array<ArrayBuffer>;
  /** For `reconstruct`: one number per item. */
  readonly error?: Float32Array<ArrayBuffer>;
}

export interface Executor {
  readonly device: Device;
  readonly passedOver: readonly PassedOver[];
  /** Takes `job.data` over: the caller must not use it again. Jobs run one at a time, in order. */
  run(job: Job): Promise<JobResult>;
  /** Finishes the jobs it has, then frees everything. Called once. */
  close(): Promise<void>;
}
