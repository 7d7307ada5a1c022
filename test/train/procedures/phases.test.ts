// Which phases a config asks for, and what each goes by.
import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveConfig } from "../../../train/index.ts";
import { phasesOf } from "../../../train/procedures/phases.ts";

const config = resolveConfig({
  model: { hidden: [8, 4], code: 2 },
  optimizer: { learningRate: 0.01, weightDecay: 0.1 },
  penalty: { kind: "l1" },
  earlyStopping: { patience: 3 },
  pretraining: { epochs: 2, learningRate: 0.05 },
  epochs: 7,
  classifier: { epochs: 5, learningRate: 0.001 },
});

test("layers come first, lowest first, then the whole, then the classifier", () => {
  const phases = phasesOf(config, 3).map(({ name, config: { epochs, optimizer } }) => [
    ...[name, epochs, optimizer.learningRate, optimizer.weightDecay],
  ]);
  assert.deepEqual(phases, [
    ["layer 1", 2, 0.05, 0.1],
    ["layer 2", 2, 0.05, 0.1],
    ["layer 3", 2, 0.05, 0.1],
    ["autoencoder", 7, 0.01, 0.1],
    ["classifier", 5, 0.001, 0.1],
  ]);
});

test("the penalty is the autoencoder's alone, and pretraining never ends early", () => {
  const of = (name: string) => phasesOf(config, 3).find((phase) => phase.name === name)?.config;
  assert.deepEqual(
    ["layer 1", "autoencoder", "classifier"].map((name) => of(name)?.penalty.kind),
    ["none", "l1", "none"],
  );
  assert.deepEqual(
    ["layer 1", "autoencoder", "classifier"].map((name) => of(name)?.earlyStopping.patience),
    [0, 3, 3],
  );
});

test("a config without them has the autoencoder's phase alone", () => {
  assert.deepEqual(
    phasesOf(resolveConfig({}), 3).map(({ name }) => name),
    ["autoencoder"],
  );
});
