// The pool's worker: trains one autoencoder, from a config or from a checkpoint, and writes its package.
import { receiveMessageOnPort } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { type Dataset, openSource, split } from "../../data/index.ts";
import { buildAutoencoder } from "../architectures/index.ts";
import { checkCorruption } from "../corruptions/index.ts";
import { type Engine, openEngine, type PassedOver } from "../engine/index.ts";
import { autoencoding } from "../objectives/autoencoding.ts";
import { classification } from "../objectives/classification.ts";
import { layerPretraining } from "../objectives/layer.ts";
import { packageModels } from "../package.ts";
import { buildClassifier, startFrom } from "../procedures/classifier.ts";
import { classCount, labelledShare } from "../procedures/labelled.ts";
import { type Phase, phasesOf } from "../procedures/phases.ts";
import { Checkpoints, checkSameConfig } from "./checkpoint.ts";
import type { RunEvent, StopRequest } from "./events.ts";
import { checkpointsFolder, packageFolder, writeHistory, writeSummary } from "./folder.ts";
import { runLoop } from "./loop.ts";
import { Monitor, monitored } from "./monitor.ts";
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
  const { engine, passedOver } = await openEngine(
    config.engine,
    config.threads > 0 ? { threads: config.threads } : {},
  );
  try {
    const dataset = await openSource(config.data, config.skipBad ? { skipBad: true } : {});
    try {
      const scaled = config.scale === "standard" ? await standardScale(dataset) : dataset;
      return await trainOn(scaled, engine, passedOver, task);
    } finally {
      await dataset.close?.();
    }
  } finally {
    tf.disposeVariables();
    await engine.dispose();
    port.close();
  }
}

async function trainOn(
  dataset: Dataset,
  engine: Engine,
  passedOver: readonly PassedOver[],
  { config, folder, resume, stopAfterEpoch, port }: TrainTask,
): Promise<TrainResult> {
  const engineName = `${engine.name}: ${engine.device}`;
  checkCorruption(config.corruption, dataset.shape);
  const autoencoder = await buildAutoencoder(config, dataset.shape);
  const { share } = config.validation;
  const { train: training, validation } =
    share > 0
      ? split(dataset, { validation: share, seed: config.seed })
      : { train: dataset, validation: undefined };
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
  const checkpoints = new Checkpoints(checkpointsFolder(folder), config.checkpoint.keep);
  tell({
    type: "start",
    engine: engineName,
    passedOver,
    items: training.length,
    validationItems: validation?.length ?? 0,
    skipped: dataset.skipped ?? [],
  });
  const found = resume ? await checkpoints.latest() : undefined;
  if (found) checkSameConfig(found, config);
  const state = found?.state ?? initialState();
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
