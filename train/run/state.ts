// Where a run is, apart from its tensors: plain data that a checkpoint can hold.

/** What every phase's epochs have. */
interface CommonRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean training loss: of what the decoder made of (corrupted) items, before the penalty. */
  readonly loss: number;
  /** Mean loss of the validation items, where there are any. */
  readonly validationLoss: number | null;
  readonly learningRate: number;
  readonly seconds: number;
  readonly itemsPerSecond: number;
  /** Share of the epoch's time spent waiting for data, 0 to 1. */
  readonly dataWait: number;
}

/** An epoch of a layer's pretraining or of a classifier. */
export interface PhaseRecord extends CommonRecord {
  /** `layer 1`, …, `classifier`. */
  readonly phase: string;
  /** Of classifiers: share of the validation items, or of a fixed sample of those trained on, whose class is found. */
  readonly accuracy: number | null;
}

/** An epoch of the autoencoder as a whole. */
export interface EpochRecord extends CommonRecord {
  /** Mean penalty with its weight; 0 where there is none. */
  readonly penalty: number;
  /** Of the validation items, or of a fixed sample of the training items: active units, mean over items. */
  readonly l0: number;
  /** Share of the code's units that are active on none of those items, 0 to 1. */
  readonly deadUnits: number;
  /** 1 − residual / total variance of those items. */
  readonly explainedVariance: number;
  /** Cosine of the angle between one of those items and its reconstruction, mean over them. */
  readonly cosine: number;
}

export interface RunState {
  /** Number of the phase under way, from 0: most runs have but one. */
  phase: number;
  /** Epoch of the phase under way, from 1, and steps of it that are done. */
  epoch: number;
  step: number;
  /** Steps of the whole run that are done. */
  totalSteps: number;
  /** Of the epoch under way: losses and penalties weighted by items, items, and seconds spent. */
  lossSum: number;
  penaltySum: number;
  items: number;
  seconds: number;
  waitSeconds: number;
  history: EpochRecord[];
  /** Of the other phases. */
  phaseHistory: PhaseRecord[];
  /** Lowest monitored loss so far and its epoch. */
  best: { readonly loss: number; readonly epoch: number } | null;
  /** Epochs since the best, and since the best or the last cut of the learning rate. */
  epochsSinceBest: number;
  epochsOnPlateau: number;
  /** How often `plateau` has cut the learning rate. */
  plateaus: number;
  /** Why the phase under way ended before its last epoch, if it did. */
  endedEarly: string | null;
  /** How the autoencoder's own phase ended, once it has. */
  autoencoder: Pick<RunState, "best" | "endedEarly"> | null;
}

export function initialState(): RunState {
  return {
    phase: 0,
    epoch: 1,
    step: 0,
    totalSteps: 0,
    lossSum: 0,
    penaltySum: 0,
    items: 0,
    seconds: 0,
    waitSeconds: 0,
    history: [],
    phaseHistory: [],
    best: null,
    epochsSinceBest: 0,
    epochsOnPlateau: 0,
    plateaus: 0,
    endedEarly: null,
    autoencoder: null,
  };
}

/** From the end of one phase to the beginning of the next. */
export function nextPhase(state: RunState): void {
  const { totalSteps, history, phaseHistory, autoencoder, phase } = state;
  Object.assign(state, initialState(), { totalSteps, history, phaseHistory, autoencoder, phase: phase + 1 });
}
