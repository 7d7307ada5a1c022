// What the evaluation's worker is given and what it tells.
import type { MessagePort } from "node:worker_threads";
import type { Metric } from "./metrics.ts";

export interface EvaluationTask {
  readonly packageFolder: string;
  readonly train: string | undefined;
  readonly test: string | undefined;
  /** All that can be had where undefined; what is named must be had. */
  readonly metrics: readonly Metric[] | undefined;
  readonly neighbours: number;
  readonly sample: number;
  readonly normal: readonly string[] | undefined;
  readonly references: boolean;
  readonly seed: number;
  /** Events out, stop requests in. */
  readonly port: MessagePort;
}

/** What is under way, and how much of it is done, 0 to 1. */
export interface EvaluationEvent {
  readonly stage: string;
  readonly share: number;
}
