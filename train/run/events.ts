// What a run tells while it works, and what it is told.

/** How far the epoch under way is. */
interface Progress {
  /** `autoencoder`; `layer 1`, … in pretraining; `classifier`. */
  readonly phase: string;
  /** Epochs of the phase. */
  readonly epochs: number;
  /** From 1. */
  readonly epoch: number;
  /** Items of this epoch trained on so far, and how many it has. */
  readonly items: number;
  readonly epochItems: number;
  /** Mean loss of this epoch so far. */
  readonly loss: number;
  readonly learningRate: number;
}

/** Sent over the run's MessagePort as it happens; `step` a few times a second. */
export type RunEvent =
  | {
      readonly type: "start";
      /** Who computes, and on what. */
      readonly engine: string;
      /** Engines that would have been tried first and can't be had here, with the reasons. */
      readonly passedOver: readonly { readonly name: string; readonly reason: string }[];
      readonly items: number;
      readonly validationItems: number;
      /** Items that can't be read and were passed over (`skipBad`). */
      readonly skipped: readonly { readonly item: string; readonly reason: string }[];
    }
  | { readonly type: "resume"; readonly epoch: number; readonly step: number; readonly folder: string }
  | ({ readonly type: "step" } & Progress)
  | ({
      readonly type: "epoch";
      readonly validationLoss: number | null;
      /** Of classifiers: share of the items measured whose class is found. */
      readonly accuracy: number | null;
    } & Progress)
  | { readonly type: "checkpoint"; readonly epoch: number; readonly step: number; readonly folder: string }
  | { readonly type: "package"; readonly folder: string; readonly parityMaxAbs: number };

/** Asks the run to stop after the step it is in. */
export interface StopRequest {
  readonly type: "stop";
}
