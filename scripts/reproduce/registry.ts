// All experiments, in the order of the README's table.
import type { Experiment } from "./experiment.ts";
import { deep30 } from "./experiments/deep30.ts";
import { linear } from "./experiments/linear.ts";

export const experiments: readonly Experiment[] = [linear, deep30];
