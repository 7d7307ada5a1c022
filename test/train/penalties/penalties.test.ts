// Penalties against their formulas and, for the contractive one, against finite differences.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { type Autoencoder, buildAutoencoder } from "../../../train/architectures/index.ts";
import { activations } from "../../../train/config/model.ts";
import { resolveConfig, type TrainConfigInput } from "../../../train/index.ts";
import { penaltyOf, penaltyWeight } from "../../../train/penalties/index.ts";
import { RandomTables, StepRandom } from "../../../train/random/step-random.ts";
import { floats, onOnnx } from "../../helpers/kernels.ts";

const ITEMS = 6;
const SIZE = 9;
const items = floats([ITEMS, SIZE], 3, 0, 1);
type Model = NonNullable<TrainConfigInput["model"]>;
type Penalty = NonNullable<TrainConfigInput["penalty"]>;

const codesOf = ({ encoder }: Autoencoder, x: tf.Tensor) => encoder.apply(x) as tf.Tensor2D;
const given = () => tf.tensor2d([...items.values], [ITEMS, SIZE]);

/** The penalty of `items`, and their codes, from an untrained encoder. */
async function penalized(model: Model, penalty: Penalty) {
  const config = resolveConfig({ model, penalty });
  return onOnnx(async () => {
    const autoencoder = await buildAutoencoder(config, [SIZE]);
    const tables = new RandomTables(1);
    const random = new StepRandom(tables, tables.keys(0));
    const x = given();
    const codes = codesOf(autoencoder, x);
    const value = penaltyOf({ autoencoder, items: x, codes, random }, config.penalty);
    const read = {
      value: value && ((await value.data())[0] as number),
      codes: (await codes.array()) as number[][],
      autoencoder,
    };
    tables.dispose();
    return read;
  });
}

/** ‖∂h/∂x‖², mean over items, by central differences in double steps. */
async function jacobian(autoencoder: Autoencoder): Promise<number> {
  const h = 1e-2;
  return onOnnx(async () => {
    let sum = 0;
    for (let i = 0; i < SIZE; i++) {
      const shift = tf.oneHot([i], SIZE).toFloat().mul(h);
      const [up, down] = [codesOf(autoencoder, given().add(shift)), codesOf(autoencoder, given().sub(shift))];
      const slopes = up.sub(down).div(2 * h);
      sum += (await slopes.square().sum().data())[0] as number;
    }
    return sum / ITEMS;
  });
}

const close = (actual: number | undefined, expected: number, tolerance = 1e-5) =>
  assert.ok(
    Math.abs((actual as number) - expected) <= tolerance * (1 + Math.abs(expected)),
    `${actual} instead of ${expected}`,
  );
const dense: Model = { architecture: "dense", hidden: [7], code: 5 };
const sum = (values: readonly number[]) => values.reduce((all, x) => all + x, 0);

test("l1 and l2 are sums over the units, mean over the items", async () => {
  const { value, codes } = await penalized(dense, { kind: "l1" });
  close(value, sum(codes.flat().map(Math.abs)) / ITEMS);
  const { value: squares } = await penalized(dense, { kind: "l2" });
  close(squares, sum(codes.flat().map((x) => x ** 2)) / ITEMS);
});

test("kl is the divergence of each unit's mean activity from the target", async () => {
  const target = 0.1;
  const { value, codes } = await penalized(
    { architecture: "dense", hidden: [7], code: 5, codeActivation: "sigmoid" },
    {
      kind: "kl",
      target,
    },
  );
  const rates = Array.from(
    { length: 5 },
    (_, unit) => sum(codes.map((code) => code[unit] as number)) / ITEMS,
  );
  const divergence = rates.map(
    (rate) => target * Math.log(target / rate) + (1 - target) * Math.log((1 - target) / (1 - rate)),
  );
  close(value, sum(divergence));
});

for (const codeActivation of activations) {
  test(`the contractive penalty of one ${codeActivation} layer is the squared norm of its Jacobian`, async () => {
    const model: Model = { architecture: "tied", hidden: [], code: 5, codeActivation };
    const { value, autoencoder } = await penalized(model, { kind: "contractive" });
    close(value, await jacobian(autoencoder), 5e-3);
  });
}

test("the contractive penalty of a deeper encoder is estimated without bias", async () => {
  const model: Model = { architecture: "dense", hidden: [7], code: 5, activation: "tanh" };
  const { autoencoder } = await penalized(model, { kind: "contractive" });
  const expected = await jacobian(autoencoder);
  const config = resolveConfig({ penalty: { kind: "contractive" } }).penalty;
  const tables = new RandomTables(1);
  const estimates = await onOnnx(async () => {
    const x = given();
    const codes = codesOf(autoencoder, x);
    const values = Array.from({ length: 100 }, (_, step) => {
      const random = new StepRandom(tables, tables.keys(step));
      return penaltyOf({ autoencoder, items: x, codes, random }, config) as tf.Scalar;
    });
    return Array.from(await tf.stack(values).data());
  });
  tables.dispose();
  const mean = sum(estimates) / estimates.length;
  const deviation = Math.sqrt(sum(estimates.map((x) => (x - mean) ** 2)) / estimates.length);
  assert.ok(deviation > 0, "each step draws another direction");
  assert.ok(
    Math.abs(mean - expected) < (5 * deviation) / Math.sqrt(estimates.length),
    `${mean}, ${expected}`,
  );
});

test("none and topk add nothing to the loss", async () => {
  assert.equal((await penalized(dense, {})).value, undefined);
  assert.equal((await penalized(dense, { kind: "topk", k: 2 })).value, undefined);
});

test("a weight rises in a straight line while it warms up", () => {
  const { penalty } = resolveConfig({ penalty: { kind: "l1", weight: 0.4, warmup: 2 } });
  assert.deepEqual(
    [0, 0.5, 1, 2, 5].map((epochs) => penaltyWeight(penalty, epochs)),
    [0, 0.1, 0.2, 0.4, 0.4],
  );
  const { penalty: constant } = resolveConfig({ penalty: { kind: "l2", weight: 0.4 } });
  assert.equal(penaltyWeight(constant, 0), 0.4);
  assert.equal(penaltyWeight(resolveConfig({}).penalty, 3), 0);
  const topk = resolveConfig({ model: { code: 30 }, penalty: { kind: "topk", k: 3, warmup: 2 } }).penalty;
  assert.deepEqual(
    [0, 1, 2, 9].map((epochs) => penaltyWeight(topk, epochs)),
    [0, 0.5, 1, 1],
  );
});
