// Configs of runs.
export { assign } from "./assign.ts";
export { type Difference, differences } from "./differences.ts";
export { issueMessage, type Known } from "./issues.ts";
export { configParts, resolveConfig, type TrainConfig, type TrainConfigInput } from "./resolve.ts";
