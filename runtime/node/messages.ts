// What the main thread and the inference thread say to each other.
import type { PlainError } from "../errors.ts";
import type { Job, JobResult } from "../executor.ts";
import type { Device, PassedOver } from "../types.ts";

export type ToWorker =
  | { readonly kind: "job"; readonly id: number; readonly job: Job }
  /** Finish what you have, free everything, end. */
  | { readonly kind: "close" };

export type FromWorker =
  | { readonly kind: "ready"; readonly device: Device; readonly passedOver: readonly PassedOver[] }
  | { readonly kind: "refused"; readonly error: PlainError }
  | { readonly kind: "done"; readonly id: number; readonly result: JobResult }
  | { readonly kind: "failed"; readonly id: number; readonly error: PlainError };
