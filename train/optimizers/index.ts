// Optimizers by name.
import type * as tf from "@tensorflow/tfjs";
import type { TrainConfig } from "../config/index.ts";
import { adam, adamax } from "./adam.ts";
import { adadelta, adagrad, rmsprop } from "./adaptive.ts";
import { momentum, sgd } from "./descent.ts";
import { Optimizer } from "./optimizer.ts";
import type { UpdateRule } from "./rule.ts";

type OptimizerConfig = TrainConfig["optimizer"];

const rules: Readonly<Record<OptimizerConfig["kind"], (config: OptimizerConfig) => UpdateRule>> = {
  sgd,
  momentum: (config) => momentum({ momentum: config.momentum, nesterov: config.nesterov }),
  adagrad: () => adagrad(),
  adadelta: () => adadelta(),
  adam: () => adam(),
  adamax: () => adamax(),
  adamw: () => adam(),
  rmsprop: () => rmsprop(),
};

/** The optimizer that a config describes, for these variables. */
export function buildOptimizer(config: OptimizerConfig, variables: readonly tf.Variable[]): Optimizer {
  const { clipNorm, clipValue, weightDecay } = config;
  return new Optimizer(rules[config.kind](config), variables, {
    weightDecay,
    decoupled: config.kind === "adamw",
    ...(clipNorm > 0 ? { clipNorm } : {}),
    ...(clipValue > 0 ? { clipValue } : {}),
  });
}
