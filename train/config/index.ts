// Configs of runs.
export { type Difference, differences } from "./differences.ts";
export { resolveConfig, type TrainConfig, type TrainConfigInput } from "./resolve.ts";
