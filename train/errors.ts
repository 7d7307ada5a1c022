// The errors of training.

/** Base of all errors about training. */
export class TrainError extends Error {
  override name = "TrainError";
}

/** A config that can't be trained: names the path in the config, the value and what would be right. */
export class ConfigError extends TrainError {
  override name = "ConfigError";
}

/** A checkpoint that can't be gone on from. */
export class CheckpointError extends TrainError {
  override name = "CheckpointError";
}

/** The run folder holds another run. */
export class RunFolderError extends TrainError {
  override name = "RunFolderError";
}

/** The loss is no longer a number. */
export class DivergedError extends TrainError {
  override name = "DivergedError";

  constructor(loss: number, epoch: number, step: number, learningRate: number) {
    super(
      `the loss became ${loss} in epoch ${epoch}, step ${step}, at learning rate ${learningRate}; ` +
        "try a smaller optimizer.learningRate",
    );
  }
}

/** The run was stopped before its end, as asked. */
export class StoppedError extends TrainError {
  override name = "StoppedError";

  constructor(epoch: number, step: number) {
    super(`the run was stopped in epoch ${epoch}, after ${step} steps`);
  }
}

/** A sweep was stopped before its end, as asked. */
export class SweepStoppedError extends TrainError {
  override name = "SweepStoppedError";

  constructor(folder: string, ended: number, trials: number) {
    super(`${folder}: the sweep was stopped with ${ended} of ${trials} trials done; resume it to go on`);
  }
}

/** An evaluation that can't be made: names the source, package or option, and what would be right. */
export class EvaluationError extends TrainError {
  override name = "EvaluationError";
}

/** The worker of a run ended by itself. */
export class WorkerError extends TrainError {
  override name = "WorkerError";
}

/** An engine that can't be had, or that is not the one in use: says why and what would help. */
export class EngineError extends TrainError {
  override name = "EngineError";
}
