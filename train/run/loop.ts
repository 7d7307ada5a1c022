// The training loop: epochs of batches, validation, learning rate, best weights, early end, checkpoints.
import type { Dataset } from "../../data/index.ts";
import type { TrainConfig } from "../config/index.ts";
import { DivergedError, StoppedError } from "../errors.ts";
import { penaltyWeight } from "../penalties/index.ts";
import type { Phase } from "../procedures/phases.ts";
import { scheduleFactor } from "../schedules.ts";
import type { Checkpoints } from "./checkpoint.ts";
import type { EpochReader } from "./epoch-reader.ts";
import type { RunEvent } from "./events.ts";
import type { Monitor } from "./monitor.ts";
import type { RunState } from "./state.ts";
import { packTensors } from "./tensors.ts";
import type { Trainer } from "./trainer.ts";

/** Milliseconds between two progress events. */
const INTERVAL = 100;

export interface LoopOptions {
  readonly trainer: Trainer;
  readonly training: Dataset;
  readonly reader: EpochReader;
  readonly monitor: Monitor;
  /** Whether the monitor's items are kept from training: their loss is then what counts. */
  readonly hasValidation: boolean;
  readonly phase: Phase;
  /** Of the whole run: what checkpoints carry. */
  readonly config: TrainConfig;
  readonly checkpoints: Checkpoints;
  /** Epoch after which the run pauses, if it is not the last. */
  readonly stopAfterEpoch?: number | undefined;
  /** Called after each epoch, and where the run goes on. */
  onEpoch(state: RunState): Promise<void>;
  onEvent(event: RunEvent): void;
  /** Asked before every step. */
  shouldStop(): boolean;
}

/**
 * Trains from `state` to the end of the phase, and keeps `state` up to date.
 *
 * @throws DivergedError when a loss is not finite; the checkpoints before it stay
 * @throws StoppedError when `shouldStop` says so, and after epoch `stopAfterEpoch`; a checkpoint is written before
 */
export async function runLoop(state: RunState, options: LoopOptions): Promise<void> {
  const { config } = options.phase;
  const { stopAfterEpoch = config.epochs, onEpoch } = options;
  // A run killed between an epoch's checkpoint and its history has the one without the other.
  if (state.totalSteps > 0) await onEpoch(state);
  while (state.epoch <= config.epochs && !state.endedEarly) {
    if (state.epoch > stopAfterEpoch) throw new StoppedError(stopAfterEpoch, state.totalSteps);
    await runEpoch(state, options);
    await closeEpoch(state, options);
  }
}

async function save(state: RunState, { trainer, config, checkpoints, onEvent }: LoopOptions): Promise<void> {
  const folder = await checkpoints.save(config, state, await packTensors(trainer.everything()));
  onEvent({ type: "checkpoint", epoch: state.epoch, step: state.totalSteps, folder });
}

async function runEpoch(state: RunState, options: LoopOptions): Promise<void> {
  const { trainer, training, reader, onEvent, shouldStop, phase } = options;
  const { config } = phase;
  const steps = Math.ceil(training.length / config.batchSize);
  let last = performance.now();
  let [reported, saved] = [last, last];
  for await (const batch of reader.batches(training, config, state)) {
    const ready = performance.now();
    if (shouldStop()) {
      await save(state, options);
      throw new StoppedError(state.epoch, state.totalSteps);
    }
    const learningRate = learningRateAt(state, steps, config);
    const { loss, penalty } = await trainer.train(batch, {
      step: state.totalSteps,
      learningRate,
      penaltyWeight: penaltyWeight(config.penalty, epochsDone(state, steps)),
    });
    if (!Number.isFinite(loss + penalty))
      throw new DivergedError(loss + penalty, state.epoch, state.totalSteps + 1, learningRate);
    state.step++;
    state.totalSteps++;
    state.lossSum += loss * batch.indices.length;
    state.penaltySum += penalty * batch.indices.length;
    state.items += batch.indices.length;
    const now = performance.now();
    state.waitSeconds += (ready - last) / 1000;
    state.seconds += (now - last) / 1000;
    if (now - reported > INTERVAL && state.items < training.length) {
      reported = now;
      onEvent({ type: "step", ...progressOf(state, options, learningRate) });
    }
    if (now - saved > config.checkpoint.everySeconds * 1000 && state.step < steps) {
      await save(state, options);
      saved = performance.now();
    }
    last = performance.now();
  }
}

/** With the share of the one under way. */
function epochsDone(state: RunState, steps: number): number {
  return state.epoch - 1 + state.step / steps;
}

function learningRateAt(state: RunState, steps: number, config: TrainConfig): number {
  const position = {
    epochs: epochsDone(state, steps),
    of: config.epochs,
    plateaus: state.plateaus,
  };
  return config.optimizer.learningRate * scheduleFactor(config.optimizer.schedule, position);
}

function progressOf(state: RunState, { training, phase }: LoopOptions, learningRate: number) {
  return {
    phase: phase.name,
    epoch: state.epoch,
    epochs: phase.config.epochs,
    items: state.items,
    epochItems: training.length,
    loss: state.lossSum / state.items,
    learningRate,
  };
}

/** Validation, the record of the epoch, and what follows from it: best weights, plateaus, an early end. */
async function closeEpoch(state: RunState, options: LoopOptions): Promise<void> {
  const { trainer, training, monitor, phase, checkpoints, stopAfterEpoch, onEpoch, onEvent } = options;
  const { config } = phase;
  const steps = Math.ceil(training.length / config.batchSize);
  const learningRate = learningRateAt({ ...state, step: state.step - 1 }, steps, config);
  const loss = state.lossSum / state.items;
  const { loss: monitoredLoss, accuracy, code } = await monitor.measure(trainer);
  const validationLoss = options.hasValidation ? monitoredLoss : null;
  const record = {
    epoch: state.epoch,
    loss,
    validationLoss,
    learningRate,
    seconds: state.seconds,
    itemsPerSecond: state.items / state.seconds,
    dataWait: state.waitSeconds / state.seconds,
  };
  onEvent({ type: "epoch", ...progressOf(state, options, learningRate), validationLoss, accuracy });
  if (code) state.history.push({ ...record, penalty: state.penaltySum / state.items, ...code });
  else state.phaseHistory.push({ phase: phase.name, ...record, accuracy });
  const fresh = { step: 0, lossSum: 0, penaltySum: 0, items: 0, seconds: 0, waitSeconds: 0 };
  Object.assign(state, { ...fresh, epoch: state.epoch + 1 });
  const isBest = judge(state, validationLoss ?? loss, record.epoch, config);
  if (isBest) await checkpoints.saveBest(options.config, state, await packTensors(trainer.weights()));
  const isDue = record.epoch % config.checkpoint.everyEpochs === 0 || record.epoch === stopAfterEpoch;
  if (isDue || state.endedEarly) await save(state, options);
  await onEpoch(state);
}

/** Compares an epoch's loss with the best before it. True when it is the new best. */
function judge(state: RunState, loss: number, epoch: number, config: TrainConfig): boolean {
  const { earlyStopping, optimizer } = config;
  const better = !state.best || loss < state.best.loss - earlyStopping.minDelta;
  state.epochsSinceBest = better ? 0 : state.epochsSinceBest + 1;
  state.epochsOnPlateau = better ? 0 : state.epochsOnPlateau + 1;
  if (better) state.best = { loss, epoch };
  if (optimizer.schedule.kind === "plateau" && state.epochsOnPlateau >= optimizer.schedule.patience) {
    state.plateaus++;
    state.epochsOnPlateau = 0;
  }
  if (earlyStopping.patience > 0 && state.epochsSinceBest >= earlyStopping.patience) {
    state.endedEarly = `the loss has not fallen by ${earlyStopping.minDelta} in ${state.epochsSinceBest} epochs`;
  }
  return better;
}
