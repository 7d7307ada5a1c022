// Configs: defaults, and one clear message for each thing that is wrong.
import assert from "node:assert/strict";
import test from "node:test";
import { preset, presetNames, resolveConfig } from "../../train/index.ts";

test("an empty config becomes a whole one", () => {
  const config = resolveConfig({});
  assert.deepEqual(config.model, {
    ...{ architecture: "dense", hidden: [512, 256], code: 30, activation: "elu", codeActivation: "linear" },
    ...{ output: "sigmoid", initializer: "glorotUniform", dropout: 0, batchNorm: false },
  });
  assert.deepEqual([config.corruption, config.penalty], [{ kind: "none" }, { kind: "none" }]);
  assert.equal(config.data, "mnist:train");
  assert.deepEqual(resolveConfig(config), config);
});

const wrong: [unknown, string][] = [
  [
    { epoch: 3 },
    "config: unknown key epoch; known here: name, data, scale, skipBad, model, corruption, penalty, loss, optimizer, epochs, batchSize, validation, earlyStopping, pretraining, classifier, checkpoint, seed, engine, threads",
  ],
  [
    { model: { codes: 3 } },
    "config: unknown key model.codes with architecture dense; known here: architecture, hidden, code, activation, codeActivation, output, initializer, dropout, batchNorm",
  ],
  [{ model: { code: 0 } }, "config: model.code is 0; expected a whole number of code units, at least 1"],
  [{ model: { code: 2.5 } }, "config: model.code is 2.5; expected a whole number of code units, at least 1"],
  [{ model: { hidden: [64, "x"] } }, 'config: model.hidden.1 is "x"; expected number'],
  [{ loss: "rmse" }, 'config: loss is "rmse"; expected ("mse" | "bce")'],
  [{ optimizer: { learningRate: -1 } }, "config: optimizer.learningRate is -1; expected a number above 0"],
  [
    { optimizer: { schedule: { kind: "linear" } } },
    'config: optimizer.schedule.kind is "linear"; expected ("constant" | "step" | "cosine" | "plateau")',
  ],
  [
    { optimizer: { schedule: { rate: 1 } } },
    "config: unknown key optimizer.schedule.rate; known here: kind, warmup, every, factor, patience",
  ],
  [
    { epochs: 3, optimizer: { schedule: { warmup: 3 } } },
    "config: optimizer.schedule.warmup is 3; expected less than the run's 3 epochs",
  ],
  [
    { validation: { share: 1 } },
    "config: validation.share is 1; expected a share from 0 up to, not including, 1",
  ],
  [{ epochs: "3" }, 'config: epochs is "3"; expected number'],
  [{ name: "a/b" }, `config: name is "a/b"; expected letters, digits, '.', '_' and '-'`],
  [7, "config: the whole is 7; expected Object"],
  [
    { model: { architecture: "dens" } },
    'config: model.architecture is "dens"; expected ("linear" | "dense" | "tied" | "conv" | "conv1d" | "files")',
  ],
  [
    { model: { unpool: "max" } },
    "config: unknown key model.unpool with architecture dense; known here: architecture, hidden, code, activation, codeActivation, output, initializer, dropout, batchNorm",
  ],
  [
    { model: { architecture: "tied", batchNorm: true } },
    "config: unknown key model.batchNorm with architecture tied; known here: architecture, hidden, code, activation, codeActivation, output, initializer, dropout",
  ],
  [{ model: { architecture: "files", encoder: "a/model.json" } }, "config: model.decoder is missing"],
  [
    { model: { architecture: "conv", filters: [] } },
    "config: model.filters is []; expected the filters of at least one stage",
  ],
  [
    { model: { architecture: "conv", filters: [4, 8], strides: [2] } },
    "config: model.strides is [2]; expected one for each of the 2 stages of model.filters",
  ],
  [
    { model: { architecture: "conv", unpool: "max", strides: 1 } },
    'config: model.unpool is "max"; expected nearest or transpose, or a stride above 1: model.strides 1 pools nothing',
  ],
  [
    { scale: "standard", model: { output: "sigmoid" } },
    'config: scale is "standard"; expected range with model.output sigmoid, which can\'t be below 0',
  ],
  [
    { model: { architecture: "linear" }, loss: "bce" },
    'config: loss is "bce"; expected mse with model.output linear: bce is for outputs that are a sigmoid',
  ],
  [
    { model: { code: 20 }, penalty: { kind: "topk", k: 25 } },
    "config: penalty.k is 25; expected at most model.code, 20",
  ],
  [
    { model: { code: 20 }, penalty: { kind: "topk", k: 5, testK: 21 } },
    "config: penalty.testK is 21; expected at most model.code, 20",
  ],
  [
    { penalty: { kind: "topk", k: 5, testK: 4 } },
    "config: penalty.testK is 4; expected at least penalty.k, 5",
  ],
  [{ penalty: { kind: "topk" } }, "config: penalty.k is missing"],
  [
    { penalty: { kind: "topk", k: 5, weight: 1 } },
    "config: unknown key penalty.weight with kind topk; known here: kind, k, testK, warmup",
  ],
  [
    { penalty: { kind: "kl" } },
    'config: model.codeActivation is "linear"; expected sigmoid with penalty.kind kl, whose target is a rate',
  ],
  [
    { model: { architecture: "linear" }, penalty: { kind: "kl" } },
    'config: model.architecture is "linear"; expected one with model.codeActivation sigmoid with penalty.kind kl, whose target is a rate',
  ],
  [
    { epochs: 3, penalty: { kind: "l1", warmup: 3 } },
    "config: penalty.warmup is 3; expected less than the run's 3 epochs",
  ],
  [
    { corruption: { emphasis: { corrupted: 2 } } },
    "config: unknown key corruption.emphasis with kind none; known here: kind",
  ],
  [
    { corruption: { kind: "gaussian", emphasis: { corrupted: 2 } } },
    "config: unknown key corruption.emphasis with kind gaussian; known here: kind, strength, clip",
  ],
  [
    { corruption: { kind: "masking", emphasis: { corrupted: 0, clean: 0 } } },
    'config: corruption.emphasis is {"corrupted":0,"clean":0}; expected a weight above 0',
  ],
  [
    { corruption: { kind: "masking", emphasis: { corupted: 2 } } },
    "config: unknown key corruption.emphasis.corupted; known here: corrupted, clean",
  ],
  [
    { corruption: { kind: "masking", strength: 1.5 } },
    "config: corruption.strength is 1.5; expected a share above 0, at most 1",
  ],
  [
    { corruption: { kind: "masking", strength: [0.5, 0.2] } },
    "config: corruption.strength is [0.5,0.2]; expected [lowest, highest], lowest < highest",
  ],
  [
    { corruption: { kind: "masking", strength: "much" } },
    'config: corruption.strength is "much"; expected a number, or [lowest, highest] to draw from for each item',
  ],
];

for (const [config, message] of wrong) {
  test(`refused: ${JSON.stringify(config)}`, () => {
    assert.throws(() => resolveConfig(config), { name: "ConfigError", message });
  });
}

test("every preset is a valid config, and an unknown one is answered with their names", () => {
  for (const name of presetNames()) assert.equal(resolveConfig(preset(name)).name, name);
  assert.throws(() => preset("toString"), {
    name: "ConfigError",
    message: /^no preset is called "toString"; there are: linear, dense, /,
  });
});
