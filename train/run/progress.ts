// What a run tells while it works, and what it is told.

/** Sent over the run's MessagePort, a few times a second and at the end of each epoch. */
export interface ProgressEvent {
  readonly type: "step" | "epoch";
  /** From 1. */
  readonly epoch: number;
  /** Items of this epoch trained on so far, and how many it has. */
  readonly items: number;
  readonly epochItems: number;
  /** Mean loss of this epoch so far. */
  readonly loss: number;
  readonly learningRate: number;
}

/** Asks the run to stop after the step it is in. */
export interface StopRequest {
  readonly type: "stop";
}
