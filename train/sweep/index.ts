// Sweeps: many trials of one config, and the best of them.
export { resolveSweep, type SweepConfig, type SweepConfigInput } from "./config.ts";
export type { TrialResult, TrialState } from "./results.ts";
export { type Sweep, type SweepEvent, type SweepOptions, sweep } from "./sweep.ts";
export { describeValues, type TrialValues } from "./trials.ts";
