// The training task: what a worker is given and what it gives back.
import type { MessagePort } from "node:worker_threads";
import type { TrainConfig } from "../config/index.ts";
import type { Existing } from "./folder.ts";
import type { OwnModelFiles } from "./own-models.ts";
import type { EpochRecord, PhaseRecord } from "./state.ts";

export interface TrainTask {
  readonly config: TrainConfig;
  /** Run folder; checkpoints and package go into it. */
  readonly folder: string;
  /** What to do when the folder holds a run. */
  readonly existing: Existing;
  /** The user's own, to be written into the folder of a run that begins. */
  readonly models: OwnModelFiles | undefined;
  /** Epoch after which the run pauses, if it is not the last. */
  readonly stopAfterEpoch?: number | undefined;
  /** Events out, stop requests in. */
  readonly port: MessagePort;
}

export interface TrainResult {
  /** Who computed, and on what. */
  readonly engine: string;
  /** Engines that would have been tried first and can't be had here, with the reasons. */
  readonly passedOver: readonly { readonly name: string; readonly reason: string }[];
  /** Items that were passed over because they can't be read. */
  readonly skipped: readonly { readonly item: string; readonly reason: string }[];
  readonly history: readonly EpochRecord[];
  /** Epochs of pretraining and of the classifier, where there are any. */
  readonly phaseHistory: readonly PhaseRecord[];
  /** Lowest monitored loss (of the validation items where there are any) and its epoch. */
  readonly best: { readonly loss: number; readonly epoch: number } | null;
  /** Why the run ended before its last epoch, if it did. */
  readonly endedEarly: string | null;
  /** Items trained on per second of training. */
  readonly itemsPerSecond: number;
  readonly package: { readonly folder: string; readonly parityMaxAbs: number };
}
