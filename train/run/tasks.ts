// The tasks that run in the pool's workers, and what they are given.
import type { MessagePort } from "node:worker_threads";
import type { TrainConfig } from "../config.ts";
import type { EpochRecord } from "./loop.ts";

export interface TrainTask {
  readonly config: TrainConfig;
  /** Run folder; the package goes into it. */
  readonly folder: string;
  /** Progress out, stop requests in. */
  readonly port: MessagePort;
}

export interface TrainResult {
  readonly history: readonly EpochRecord[];
  /** Items trained on per second of training, epochs only. */
  readonly itemsPerSecond: number;
  readonly package: { readonly folder: string; readonly parityMaxAbs: number };
}
