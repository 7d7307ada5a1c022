// Which trials a grid or a random search makes, and which sweeps are refused.
import assert from "node:assert/strict";
import test from "node:test";
import type { SweepConfigInput, TrainConfig } from "../../../train/index.ts";
import { resolveSweep } from "../../../train/sweep/config.ts";
import { describeValues, listTrials } from "../../../train/sweep/trials.ts";

const trialsOf = (config: SweepConfigInput) => listTrials(resolveSweep(config));
const valuesOf = (config: SweepConfigInput) => trialsOf(config).map(({ values }) => values);

function denseModel({ model }: TrainConfig) {
  assert.ok(model.architecture === "dense");
  return model;
}

test("a grid is all combinations, the last path's values changing fastest", () => {
  const trials = trialsOf({
    base: { epochs: 4, model: { hidden: [20] } },
    space: { "model.code": [8, 16], "model.activation": ["relu", "tanh", "elu"] },
  });
  assert.deepEqual(
    trials.map(({ number, config }) => [number, denseModel(config).code, denseModel(config).activation]),
    [
      [1, 8, "relu"],
      [2, 8, "tanh"],
      [3, 8, "elu"],
      [4, 16, "relu"],
      [5, 16, "tanh"],
      [6, 16, "elu"],
    ],
  );
  for (const { config } of trials) {
    assert.equal(config.epochs, 4);
    assert.deepEqual(denseModel(config).hidden, [20]);
  }
});

test("values are described by path, as JSON where they are no text", () => {
  assert.equal(
    describeValues({ "model.hidden": [64, 32], "model.activation": "elu", seed: 2 }),
    "model.hidden=[64,32], model.activation=elu, seed=2",
  );
});

const random = (space: SweepConfigInput["space"], trials = 2000, seed = 3): SweepConfigInput => ({
  ...{ search: "random", space, trials, seed },
});

test("random draws follow from the seed, and the first ones do not depend on how many there are", () => {
  const space = { "optimizer.learningRate": { min: 0.001, max: 0.1, log: true }, "model.code": [4, 8, 16] };
  const first = valuesOf(random(space, 5));
  assert.deepEqual(valuesOf(random(space, 5)), first);
  assert.deepEqual(valuesOf(random(space, 9)).slice(0, 5), first);
  assert.notDeepEqual(valuesOf(random(space, 5, 4)), first);
});

/** Of how many draws out of 2,000 a share is expected, within four standard deviations. */
function assertShare(draws: readonly unknown[], holds: (draw: never) => boolean, share: number): void {
  const found = draws.filter((draw) => holds(draw as never)).length / draws.length;
  const deviation = Math.sqrt((share * (1 - share)) / draws.length);
  assert.ok(Math.abs(found - share) < 4 * deviation, `${found} of the draws; expected ${share}`);
}

test("a range is drawn from evenly, and evenly over its decades on a log scale", () => {
  const drawn = (log: boolean) =>
    valuesOf(random({ "optimizer.learningRate": { min: 0.0001, max: 1, log } })).map(
      (values) => values["optimizer.learningRate"] as number,
    );
  for (const log of [true, false]) {
    assert.ok(drawn(log).every((rate) => rate >= 0.0001 && rate <= 1));
    assert.ok(new Set(drawn(log)).size > 1990, "real numbers hardly ever come twice");
  }
  assertShare(drawn(true), (rate: number) => rate < 0.001, 1 / 4);
  assertShare(drawn(true), (rate: number) => rate < 0.01, 1 / 2);
  assertShare(drawn(false), (rate: number) => rate < 0.25005, 1 / 4);
});

test("whole numbers are drawn with both ends, and a list's values alike often", () => {
  // The rate, which is never drawn twice, makes every draw a trial of its own.
  const beside = (space: SweepConfigInput["space"]) =>
    valuesOf(random({ ...space, "optimizer.learningRate": { min: 0.001, max: 0.1 } }));
  const codes = beside({ "model.code": { min: 3, max: 6, integer: true } }).map(
    (values) => values["model.code"],
  );
  for (const code of [3, 4, 5, 6]) assertShare(codes, (drawn: number) => drawn === code, 1 / 4);
  const listed = beside({ "model.activation": ["elu", "relu"] }).map((values) => values["model.activation"]);
  assertShare(listed, (drawn: string) => drawn === "elu", 1 / 2);
  // From 1 to 15 on a log scale: log(2)/log(16) are ones.
  const logged = beside({ "model.code": { min: 1, max: 15, integer: true, log: true } });
  assertShare(logged, (values: Record<string, number>) => values["model.code"] === 1, 1 / 4);
});

test("no two draws are the same, down to the last that a space holds", () => {
  const small = { "model.code": { min: 1, max: 5, integer: true }, "model.activation": ["elu", "relu"] };
  const drawn = valuesOf(random(small, 10)).map((values) => JSON.stringify(values));
  assert.equal(new Set(drawn).size, 10);
  assert.throws(() => valuesOf(random(small, 11)), {
    message: "sweep: trials is 11; expected at most 10, all that space holds",
  });
});

const space = { "model.code": [4] };
const range = { min: 1, max: 2 };
const refused: readonly (readonly [string, unknown, string])[] = [
  ["no space", {}, "sweep: space is missing"],
  ["an empty space", { space: {} }, "sweep: space is {}; expected at least one path with values"],
  ["an empty list", { space: { seed: [] } }, "sweep: space.seed is []; expected at least one value"],
  [
    "an end that is no number",
    { space: { seed: { min: "1", max: 2 } } },
    'sweep: space.seed.min is "1"; expected a number',
  ],
  [
    "an unknown key",
    { space, tries: 3 },
    "sweep: unknown key tries; known here: base, search, trials, seed, space, halving",
  ],
  [
    "an unknown key of the base",
    { space, base: { validation: { part: 0.1 } } },
    "sweep: unknown key base.validation.part; known here: share",
  ],
  [
    "a wrong value in the base",
    { space, base: { epochs: 0 } },
    "sweep: base.epochs is 0; expected a whole number of epochs, at least 1",
  ],
  ["an unknown search", { space, search: "bayes" }, 'sweep: search is "bayes"; expected ("grid" | "random")'],
  [
    "a range in a grid",
    { space: { "optimizer.learningRate": range } },
    "sweep: space.optimizer.learningRate is a range from 1 to 2; expected a list of values with search grid",
  ],
  [
    "a number of trials in a grid",
    { space, trials: 4 },
    "sweep: trials is 4; expected none with search grid, which takes all combinations",
  ],
  [
    "a random search without a number of trials",
    { space, search: "random" },
    "sweep: trials is missing; expected how many to draw, with search random",
  ],
  [
    "no trials",
    { space, search: "random", trials: 0 },
    "sweep: trials is 0; expected a whole number of trials, at least 1",
  ],
  [
    "a range upside down",
    random({ seed: { min: 2, max: 2 } }),
    "sweep: space.seed.min is 2; expected less than max, 2",
  ],
  [
    "a log scale from 0",
    random({ seed: { min: 0, max: 2, log: true } }),
    "sweep: space.seed.min is 0; expected a number above 0 on a log scale",
  ],
  [
    "whole numbers with a broken end",
    random({ seed: { min: 0, max: 2.5, integer: true } }),
    "sweep: space.seed.max is 2.5; expected a whole number with integer",
  ],
  [
    "losses of two kinds",
    { space: { loss: ["mse", "bce"] } },
    "sweep: space.loss can't be swept: losses of runs that differ in loss can't be compared",
  ],
  [
    "other validation items",
    { space: { "validation.share": [0.1, 0.2] } },
    "sweep: space.validation.share can't be swept: losses of runs that differ in validation can't be compared",
  ],
  [
    "halving that begins at the end",
    { space, halving: { epochs: 10 } },
    "sweep: halving.epochs is 10; expected less than the runs' 10 epochs",
  ],
  [
    "halving by 1",
    { space, halving: { epochs: 1, eta: 1 } },
    "sweep: halving.eta is 1; expected a whole number, at least 2",
  ],
  [
    "epochs with halving",
    { space: { epochs: [5, 9] }, halving: { epochs: 1 } },
    "sweep: space.epochs can't be swept with halving, which sets the epochs",
  ],
];

for (const [name, config, message] of refused) {
  test(`${name} is refused, with what would be right`, () => {
    assert.throws(() => resolveSweep(config), { name: "ConfigError", message });
  });
}

test("a trial that can't be trained is named with its values, its path and what is wrong", () => {
  assert.throws(() => trialsOf({ space: { "model.code": [4, 8], "optimizer.learningRate": [0.1, -1] } }), {
    name: "ConfigError",
    message:
      "sweep: trial 2 (model.code=4, optimizer.learningRate=-1): config: optimizer.learningRate is -1; expected a number above 0",
  });
  assert.throws(() => trialsOf({ space: { "model.codes": [4] } }), {
    name: "ConfigError",
    message:
      "sweep: trial 1 (model.codes=4): config: unknown key model.codes with architecture dense; known here: architecture, hidden, code, activation, codeActivation, output, initializer, dropout, batchNorm",
  });
  assert.throws(() => trialsOf({ space: { "epochs.count": [4] } }), {
    name: "ConfigError",
    message: "sweep: trial 1 (epochs.count=4): config: epochs is 10, which has no count",
  });
});
