// Engines: who runs tfjs code, and how one is chosen.
export type { EngineOptions } from "./candidates.ts";
export type { Engine, EngineName } from "./engine.ts";
export {
  type EngineChoice,
  type EngineReport,
  engineChoices,
  examineEngines,
  type OpenedEngine,
  openEngine,
  type PassedOver,
} from "./open.ts";
export type { CompiledStep, CompileOptions, Step, StepMode } from "./step.ts";
