// Where a run is, apart from its tensors: plain data that a checkpoint can hold.

export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean training loss. */
  readonly loss: number;
  /** Mean loss of the validation items, where there are any. */
  readonly validationLoss: number | null;
  readonly learningRate: number;
  readonly seconds: number;
  readonly itemsPerSecond: number;
  /** Share of the epoch's time spent waiting for data, 0 to 1. */
  readonly dataWait: number;
}

export interface RunState {
  /** Epoch under way, from 1, and steps of it that are done. */
  epoch: number;
  step: number;
  /** Steps of the whole run that are done. */
  totalSteps: number;
  /** Of the epoch under way: losses weighted by items, items, and seconds spent. */
  lossSum: number;
  items: number;
  seconds: number;
  waitSeconds: number;
  history: EpochRecord[];
  /** Lowest monitored loss so far and its epoch. */
  best: { readonly loss: number; readonly epoch: number } | null;
  /** Epochs since the best, and since the best or the last cut of the learning rate. */
  epochsSinceBest: number;
  epochsOnPlateau: number;
  /** How often `plateau` has cut the learning rate. */
  plateaus: number;
  /** Why the run ended before its last epoch, if it did. */
  endedEarly: string | null;
}

export function initialState(): RunState {
  return {
    epoch: 1,
    step: 0,
    totalSteps: 0,
    lossSum: 0,
    items: 0,
    seconds: 0,
    waitSeconds: 0,
    history: [],
    best: null,
    epochsSinceBest: 0,
    epochsOnPlateau: 0,
    plateaus: 0,
    endedEarly: null,
  };
}
