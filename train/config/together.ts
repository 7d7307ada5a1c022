// Refuses parts of a config that are right alone and can't go together.
import { ConfigError } from "../errors.ts";
import type { TrainConfig } from "./resolve.ts";

type Check = (config: TrainConfig) => void;

const refuse = (path: string, value: unknown, wanted: string): never => {
  throw new ConfigError(`config: ${path} is ${JSON.stringify(value)}; expected ${wanted}`);
};

const warmups: Check = ({ optimizer, penalty, epochs }) => {
  const { warmup } = optimizer.schedule;
  const less = `less than the run's ${epochs} epochs`;
  if (warmup >= epochs) refuse("optimizer.schedule.warmup", warmup, less);
  if ("warmup" in penalty && penalty.warmup >= epochs) refuse("penalty.warmup", penalty.warmup, less);
};

/** Logits are what cross-entropy is computed from; without a sigmoid there are none. */
const crossEntropy: Check = ({ loss, model }) => {
  if (loss !== "bce" || model.output === "sigmoid") return;
  refuse("loss", loss, `mse with model.output ${model.output}: bce is for outputs that are a sigmoid`);
};

/** A sigmoid's values lie in [0, 1], half of standard ones below 0. */
const standard: Check = ({ scale, model }) => {
  if (scale !== "standard" || model.output === "linear") return;
  refuse("scale", scale, `range with model.output ${model.output}, which can't be below 0`);
};

const stages: Check = ({ model }) => {
  if (model.architecture !== "conv" && model.architecture !== "conv1d") return;
  const { filters, strides } = model;
  if (Array.isArray(strides) && strides.length !== filters.length) {
    refuse("model.strides", strides, `one for each of the ${filters.length} stages of model.filters`);
  }
  if (model.architecture !== "conv" || model.unpool !== "max") return;
  if ([strides].flat().some((stride) => stride > 1)) return;
  refuse(
    "model.unpool",
    "max",
    `nearest or transpose, or a stride above 1: model.strides ${strides} pools nothing`,
  );
};

const topk: Check = ({ model, penalty }) => {
  if (penalty.kind !== "topk") return;
  const { k, testK = k } = penalty;
  if (model.architecture === "files") {
    refuse("penalty.kind", "topk", "another with model.architecture files, whose encoder is taken as it is");
  }
  // The size of a code of maps follows from the items: see buildAutoencoder().
  if ("code" in model && typeof model.code === "number") {
    const most = `at most model.code, ${model.code}`;
    if (k > model.code) refuse("penalty.k", k, most);
    if (testK > model.code) refuse("penalty.testK", testK, most);
  }
  if (testK < k) refuse("penalty.testK", testK, `at least penalty.k, ${k}`);
};

const rates: Check = ({ model, penalty }) => {
  if (penalty.kind !== "kl" || model.architecture === "files") return;
  const activation = "codeActivation" in model ? model.codeActivation : "linear";
  if (activation === "sigmoid") return;
  const path = "codeActivation" in model ? "model.codeActivation" : "model.architecture";
  const wanted = `${"codeActivation" in model ? "" : "one with model.codeActivation "}sigmoid with penalty.kind kl, whose target is a rate`;
  refuse(path, "codeActivation" in model ? activation : model.architecture, wanted);
};

const layerwise: Check = ({ pretraining, model, corruption }) => {
  if (pretraining.epochs === 0) return;
  if (model.architecture !== "dense") {
    refuse(
      "pretraining.epochs",
      pretraining.epochs,
      `0 with model.architecture ${model.architecture}: layers of dense are pretrained`,
    );
  }
  if ("batchNorm" in model && model.batchNorm) {
    refuse(
      "pretraining.epochs",
      pretraining.epochs,
      "0 with model.batchNorm: a layer is pretrained without its neighbours",
    );
  }
  if (corruption.kind === "rectangle") {
    refuse(
      "corruption.kind",
      corruption.kind,
      "another with pretraining, whose upper layers have no images to cover",
    );
  }
};

const classification: Check = ({ classifier, corruption, model }) => {
  if (classifier.epochs === 0) return;
  if (classifier.corrupt && corruption.kind === "none")
    refuse("classifier.corrupt", true, "false without a corruption");
  if (classifier.dropout > 0 && classifier.hidden.length === 0 && !("dropout" in model)) {
    refuse(
      "classifier.dropout",
      classifier.dropout,
      `0 with model.architecture ${model.architecture} and no classifier.hidden, which have no hidden units to drop`,
    );
  }
};

const checks: readonly Check[] = [
  warmups,
  crossEntropy,
  standard,
  stages,
  topk,
  rates,
  layerwise,
  classification,
];

/** Throws `ConfigError` for the first pair of values that can't go together. */
export function checkTogether(config: TrainConfig): TrainConfig {
  for (const check of checks) check(config);
  return config;
}
