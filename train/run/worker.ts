// The pool's worker: trains one autoencoder, from a config or from a checkpoint, and writes its package.
import { receiveMessageOnPort } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { type Dataset, openSource, split } from "../../data/index.ts";
import { buildAutoencoder, checkItemShape } from "../architectures/index.ts";
import { checkCorruption } from "../corruptions/index.ts";
import { type Engine, openEngine, type PassedOver } from "../engine/index.ts";
import { autoencoding } from "../objectives/autoencoding.ts";
import { classification } from "../objectives/classification.ts";
import { layerPretraining } from "../objectives/layer.ts";
import { packageModels } from "../package.ts";
import { buildClassifier, startFrom } from "../procedures/classifier.ts";
import { checkLabelled, classCount, labelledShare } from "../procedures/labelled.ts";
import { type Phase, phasesOf } from "../procedures/phases.ts";
import { type Checkpoint, Checkpoints, checkSameConfig } from "./checkpoint.ts";
import { EpochReader } from "./epoch-reader.ts";
import type { RunEvent, StopRequest } from "./events.ts";
import { checkpointsFolder, packageFolder, startFolder, writeHistory, writeSummary } from "./folder.ts";
import { runLoop } from "./loop.ts";
import { Monitor, monitored } from "./monitor.ts";
import { writeOwnModels } from "./own-models.ts";
import { carryErrors, type Outcome } from "./remote-error.ts";
import { standardScale } from "./standard-scale.ts";
import { initialState, nextPhase, type RunState } from "./state.ts";
import type { TrainResult, TrainTask } from "./tasks.ts";
import { moveToCpu, unpackTensors } from "./tensors.ts";
import { Trainer } from "./trainer.ts";

export default (task: TrainTask): Promise<Outcome<TrainResult>> => carryErrors(() => train(task));

async function train(task: TrainTask): Promise<TrainResult> {
  const { config, port } = task;
  // Without it tfjs advises, on standard error, to install other backends.
  tf.enableProdMode();
  const reader = new EpochReader();
  let dataset: Dataset | undefined;
  try {
    dataset = await openSource(config.data, config.skipBad ? { skipBad: true } : {});
    checkItems(dataset, config);
    const scaled = config.scale === "standard" ? await standardScale(dataset) : dataset;
    const items = divide(scaled, config);
    const start = await startingPoint(task);
    // An engine takes a while to open, and its first step to compile: the data need not wait for them.
    reader.begin(items.training, config, start.state);
    const { engine, passedOver } = await openEngine(
      config.engine,
      config.threads > 0 ? { threads: config.threads } : {},
    );
    try {
      return await trainOn({ ...items, dataset: scaled, reader }, start, engine, passedOver, task);
    } finally {
      tf.disposeVariables();
      await engine.dispose();
    }
  } finally {
    await reader.close();
    await dataset?.close?.();
    port.close();
  }
}

interface Items {
  readonly training: Dataset;
  readonly validation: Dataset | undefined;
}

/** What a config asks of the items is known from their shape and labels, before anything is read, opened or built. */
function checkItems(dataset: Dataset, config: TrainTask["config"]): void {
  checkItemShape(config, dataset.shape);
  checkCorruption(config.corruption, dataset.shape);
  if (config.classifier.epochs > 0) checkLabelled(dataset);
}

function divide(dataset: Dataset, { validation: { share }, seed }: TrainTask["config"]): Items {
  if (share === 0) return { training: dataset, validation: undefined };
  const { train: training, validation } = split(dataset, { validation: share, seed });
  return { training, validation };
}

interface Start {
  readonly checkpoints: Checkpoints;
  /** The checkpoint to go on from. */
  readonly found: Checkpoint | undefined;
  readonly state: RunState;
}

async function startingPoint({ config, folder, existing, models }: TrainTask): Promise<Start> {
  const resume = await startFolder(folder, config, existing);
  if (models && !resume) await writeOwnModels(models, folder);
  const checkpoints = new Checkpoints(checkpointsFolder(folder), config.checkpoint.keep);
  const found = resume ? await checkpoints.latest() : undefined;
  if (found) checkSameConfig(found, config);
  return { checkpoints, found, state: found?.state ?? initialState() };
}

async function trainOn(
  {
    dataset,
    training,
    validation,
    reader,
  }: Items & { readonly dataset: Dataset; readonly reader: EpochReader },
  { checkpoints, found, state }: Start,
  engine: Engine,
  passedOver: readonly PassedOver[],
  { config, folder, stopAfterEpoch, port }: TrainTask,
): Promise<TrainResult> {
  const engineName = `${engine.name}: ${engine.device}`;
  const autoencoder = await buildAutoencoder(config, dataset.shape);
  const phases = phasesOf(config, autoencoder.pairs?.length ?? 0);
  const classifying = config.classifier.epochs > 0;
  const labelled = classifying ? labelledShare(training, config.classifier.labels, config.seed) : undefined;
  const classifier = labelled && (await buildClassifier(config, dataset.shape, classCount(dataset)));
  const objectiveOf = (phase: Phase) => {
    if (phase.kind === "layer")
      return layerPretraining(autoencoder, autoencoder.pairs ?? [], phase.index, phase.config);
    if (phase.kind === "classifier" && classifier)
      return classification(classifier, autoencoder, phase.config, dataset.shape);
    return autoencoding(autoencoder, config, dataset.shape);
  };
  const tell = (event: RunEvent) => port.postMessage(event);
  tell({
    type: "start",
    engine: engineName,
    passedOver,
    items: training.length,
    validationItems: validation?.length ?? 0,
    skipped: dataset.skipped ?? [],
  });
  const resumed = state.phase;
  let weights: Weights = new Map();
  for (const [number, phase] of phases.entries()) {
    if (number < resumed) continue;
    if (number > resumed) nextPhase(state);
    const items = phase.kind === "classifier" && labelled ? labelled : training;
    const trainer = new Trainer(objectiveOf(phase), dataset, phase.config, engine);
    try {
      weights = trainer.weights();
      if (found && number === resumed) {
        unpackTensors(found.tensors, trainer.everything(), found.folder);
        tell({ type: "resume", epoch: state.epoch, step: state.totalSteps, folder: found.folder });
      } else if (phase.kind === "classifier" && classifier && config.classifier.encoder === "trained") {
        startFrom(classifier, autoencoder);
      }
      await runLoop(state, {
        trainer,
        training: items,
        reader,
        monitor: new Monitor(monitored(items, validation, config.seed), config.batchSize),
        hasValidation: validation !== undefined,
        phase,
        config,
        checkpoints,
        stopAfterEpoch: phase.kind === "autoencoder" ? stopAfterEpoch : undefined,
        onEpoch: (now) => writeHistory(folder, now),
        onEvent: tell,
        shouldStop: stopRequests(port),
      });
      if (validation) await restoreBest(weights, checkpoints);
    } finally {
      trainer.dispose();
    }
    if (phase.kind === "autoencoder") state.autoencoder = { best: state.best, endedEarly: state.endedEarly };
  }
  await moveToCpu(weights);
  const written = await packageModels({ autoencoder, classifier }, dataset, config, state, {
    folder: packageFolder(folder),
    engine: engineName,
  });
  tell({ type: "package", folder: written.folder, parityMaxAbs: written.parityMaxAbs });
  const result: TrainResult = {
    engine: engineName,
    passedOver,
    skipped: dataset.skipped ?? [],
    history: state.history,
    phaseHistory: state.phaseHistory,
    best: state.autoencoder?.best ?? null,
    endedEarly: state.autoencoder?.endedEarly ?? null,
    itemsPerSecond: throughput(state),
    package: { folder: written.folder, parityMaxAbs: written.parityMaxAbs },
  };
  await writeSummary(folder, result);
  return result;
}

type Weights = ReturnType<Trainer["weights"]>;

async function restoreBest(weights: Weights, checkpoints: Checkpoints): Promise<void> {
  const best = await checkpoints.best();
  if (best) unpackTensors(best.tensors, weights, best.folder);
}

/** The event loop gets no turn between steps: a stop request is fetched, not waited for. */
function stopRequests(port: TrainTask["port"]): () => boolean {
  let stopping = false;
  return () => {
    const received = receiveMessageOnPort(port) as { message: StopRequest } | undefined;
    stopping ||= received?.message.type === "stop";
    return stopping;
  };
}

function throughput({ history }: RunState): number {
  const items = history.reduce((sum, epoch) => sum + epoch.itemsPerSecond * epoch.seconds, 0);
  return items / history.reduce((sum, epoch) => sum + epoch.seconds, 0);
}
