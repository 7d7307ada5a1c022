// The pool's worker: trains one autoencoder, from a config or from a checkpoint, and writes its package.
import { receiveMessageOnPort } from "node:worker_threads";
import * as tf from "@tensorflow/tfjs";
import { itemSize, openSource, split } from "../../data/index.ts";
import { buildAutoencoder } from "../architectures/index.ts";
import { openEngine } from "../engine/index.ts";
import { packageAutoencoder } from "../package.ts";
import { Checkpoints, checkSameConfig } from "./checkpoint.ts";
import type { RunEvent, StopRequest } from "./events.ts";
import { checkpointsFolder, packageFolder, writeHistory, writeSummary } from "./folder.ts";
import { runLoop } from "./loop.ts";
import { carryErrors, type Outcome } from "./remote-error.ts";
import { initialState, type RunState } from "./state.ts";
import type { TrainResult, TrainTask } from "./tasks.ts";
import { packTensors, unpackTensors } from "./tensors.ts";
import { Trainer } from "./trainer.ts";

export default (task: TrainTask): Promise<Outcome<TrainResult>> => carryErrors(() => train(task));

async function train({ config, folder, resume, stopAfterEpoch, port }: TrainTask): Promise<TrainResult> {
  // Without it tfjs advises, on standard error, to install other backends.
  tf.enableProdMode();
  const { engine, passedOver } = await openEngine(
    config.engine,
    config.threads > 0 ? { threads: config.threads } : {},
  );
  const engineName = `${engine.name}: ${engine.device}`;
  const dataset = await openSource(config.data, config.skipBad ? { skipBad: true } : {});
  const { share } = config.validation;
  const { train: training, validation } =
    share > 0
      ? split(dataset, { validation: share, seed: config.seed })
      : { train: dataset, validation: undefined };
  const trainer = new Trainer(buildAutoencoder(config, itemSize(dataset.shape)), dataset, config, engine);
  const tell = (event: RunEvent) => port.postMessage(event);
  const checkpoints = new Checkpoints(checkpointsFolder(folder), config.checkpoint.keep);
  try {
    tell({
      type: "start",
      engine: engineName,
      passedOver,
      items: training.length,
      validationItems: validation?.length ?? 0,
      skipped: dataset.skipped ?? [],
    });
    const state = resume ? await restore(trainer, checkpoints, config, tell) : initialState();
    await runLoop(state, {
      trainer,
      training,
      validation,
      config,
      checkpoints,
      stopAfterEpoch,
      onEpoch: (history) => writeHistory(folder, history),
      onEvent: tell,
      shouldStop: stopRequests(port),
    });
    if (validation) await restoreBest(trainer, checkpoints);
    await moveToCpu(trainer);
    const written = await packageAutoencoder(
      trainer.autoencoder,
      dataset,
      config,
      state,
      packageFolder(folder),
      engineName,
    );
    tell({ type: "package", folder: written.folder, parityMaxAbs: written.parityMaxAbs });
    const result: TrainResult = {
      engine: engineName,
      passedOver,
      skipped: dataset.skipped ?? [],
      history: state.history,
      best: state.best,
      endedEarly: state.endedEarly,
      itemsPerSecond: throughput(state),
      package: { folder: written.folder, parityMaxAbs: written.parityMaxAbs },
    };
    await writeSummary(folder, result);
    return result;
  } finally {
    trainer.dispose();
    tf.disposeVariables();
    await engine.dispose();
    await dataset.close?.();
    port.close();
  }
}

/** Puts everything back as the newest checkpoint has it; a run without one starts from the beginning. */
async function restore(
  trainer: Trainer,
  checkpoints: Checkpoints,
  config: TrainTask["config"],
  tell: (event: RunEvent) => void,
): Promise<RunState> {
  const found = await checkpoints.latest();
  if (!found) return initialState();
  checkSameConfig(found, config);
  unpackTensors(found.tensors, trainer.everything(), found.folder);
  tell({ type: "resume", epoch: found.state.epoch, step: found.state.totalSteps, folder: found.folder });
  return found.state;
}

async function restoreBest(trainer: Trainer, checkpoints: Checkpoints): Promise<void> {
  const best = await checkpoints.best();
  if (best) unpackTensors(best.tensors, trainer.weights(), best.folder);
}

/** Puts the weights where they can be read at any time: not all engines can do that. */
async function moveToCpu(trainer: Trainer): Promise<void> {
  const weights = trainer.weights();
  const packed = await packTensors(weights);
  await tf.setBackend("cpu");
  unpackTensors(packed, weights, "weights");
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
