// latentkit/train: autoencoders trained in worker threads, and the engine that runs any tfjs code in ONNX Runtime.
export { assign, resolveConfig, type TrainConfig, type TrainConfigInput } from "./config/index.ts";
export {
  type CompiledStep,
  type CompileOptions,
  type Engine,
  type EngineChoice,
  type EngineName,
  type EngineOptions,
  type EngineReport,
  engineChoices,
  examineEngines,
  type OpenedEngine,
  openEngine,
  type PassedOver,
  type Step,
  type StepMode,
} from "./engine/index.ts";
export { compile } from "./engine/onnx/compile.ts";
export type { SessionSettings } from "./engine/onnx/compiled-program.ts";
export type { EngineStatistics, OnnxEngine } from "./engine/onnx/engine.ts";
export { currentEngine, useOnnxEngine } from "./engine/onnx/use.ts";
export {
  CheckpointError,
  ConfigError,
  DivergedError,
  EngineError,
  EvaluationError,
  RunFolderError,
  StoppedError,
  SweepStoppedError,
  TrainError,
  WorkerError,
} from "./errors.ts";
export { type Comparison, comparePca } from "./evaluation/compare.ts";
export { type EvaluateOptions, type EvaluationEvent, evaluate } from "./evaluation/evaluate.ts";
export { type FeatureProbe, type FeatureProbeOptions, probeFeatures } from "./evaluation/features.ts";
export type { Metric } from "./evaluation/metrics.ts";
export { type NeighbourPictureOptions, neighbourPicture } from "./evaluation/neighbour-picture.ts";
export { type PictureOptions, reconstructionPicture } from "./evaluation/picture.ts";
export {
  type Evaluation,
  readEvaluation,
  type Scores,
  writeEvaluation,
} from "./evaluation/result.ts";
export { type EvaluationTable, evaluationTable } from "./evaluation/table.ts";
export { preset, presetNames } from "./presets.ts";
export { type WrittenReport, writeReport } from "./report/write.ts";
export type { RunEvent } from "./run/events.ts";
export { type Existing, readRunConfig, unfinishedRun, writeSummary } from "./run/folder.ts";
export type { OwnModels } from "./run/own-models.ts";
export type { EpochRecord } from "./run/state.ts";
export { train } from "./run/train.ts";
export { type Run, type RunOptions, TrainingPool, type TrainingPoolOptions } from "./run/training-pool.ts";
export {
  describeValues,
  resolveSweep,
  type Sweep,
  type SweepConfig,
  type SweepConfigInput,
  type SweepEvent,
  type SweepOptions,
  sweep,
  type TrialResult,
  type TrialState,
  type TrialValues,
} from "./sweep/index.ts";
