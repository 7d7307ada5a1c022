// Configs: defaults, and one clear message for each thing that is wrong.
import assert from "node:assert/strict";
import test from "node:test";
import { preset, presetNames, resolveConfig } from "../../train/index.ts";

test("an empty config becomes a whole one", () => {
  const config = resolveConfig({});
  assert.deepEqual(config.model, { architecture: "dense", hidden: [512, 256], code: 30, activation: "elu" });
  assert.equal(config.data, "mnist:train");
  assert.deepEqual(resolveConfig(config), config);
});

const wrong: [unknown, string][] = [
  [
    { epoch: 3 },
    "config: unknown key epoch; known here: name, data, skipBad, model, loss, optimizer, epochs, batchSize, validation, earlyStopping, checkpoint, seed, engine, threads",
  ],
  [
    { model: { codes: 3 } },
    "config: unknown key model.codes; known here: architecture, hidden, code, activation",
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
    message: /^no preset is called "toString"; there are: dense/,
  });
});
