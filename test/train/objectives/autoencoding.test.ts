// The objective of an autoencoder: what the loss is taken of, and how much each value counts.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { buildAutoencoder } from "../../../train/architectures/index.ts";
import { corrupt } from "../../../train/corruptions/index.ts";
import { resolveConfig, type TrainConfigInput } from "../../../train/index.ts";
import { activeUnits } from "../../../train/objectives/active-units.ts";
import { autoencoding } from "../../../train/objectives/autoencoding.ts";
import { RandomTables, StepRandom } from "../../../train/random/step-random.ts";
import { floats, onCpu } from "../../helpers/kernels.ts";

const SHAPE = [4, 5, 1];
const items = floats([6, 20], 2, 0.1, 0.9);
const masking = { kind: "masking", strength: 0.4 } as const;

/** The training loss of `items`, and beside it all that it is made of, from the same random numbers. */
async function trained(input: TrainConfigInput) {
  const config = resolveConfig({ model: { architecture: "linear", code: 3 }, ...input });
  return onCpu(async () => {
    const autoencoder = await buildAutoencoder(config, SHAPE);
    const tables = new RandomTables(1);
    const random = () => new StepRandom(tables, tables.keys(5));
    const x = tf.tensor2d([...items.values], [6, 20]);
    const { loss } = autoencoding(autoencoder, config, SHAPE).train(x, random());
    const { values, mask } = corrupt({ values: x, shape: SHAPE }, config.corruption, random());
    const output = autoencoder.decoder.apply(autoencoder.encoder.apply(values)) as tf.Tensor;
    const squares = Array.from(output.sub(x).square().dataSync());
    const read = { loss: loss.dataSync()[0] as number, squares, mask: Array.from(mask.dataSync()) };
    tables.dispose();
    return read;
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

test("corrupted items are encoded, and what comes out is compared with the clean ones", async () => {
  const { loss, squares, mask } = await trained({ corruption: masking });
  assert.ok(mask.includes(0) && mask.includes(1));
  assert.ok(Math.abs(loss - mean(squares)) < 1e-6);
});

test("emphasis weighs corrupted values and clean ones by themselves", async () => {
  const corruption = { ...masking, emphasis: { corrupted: 2, clean: 0.25 } };
  const { loss, squares, mask } = await trained({ corruption });
  const weighted = squares.map((square, i) => square * (mask[i] === 1 ? 2 : 0.25));
  assert.ok(Math.abs(loss - mean(weighted)) < 1e-6);
});

test("outside of training nothing is corrupted, and the measures are what their names say", async () => {
  const config = resolveConfig({ model: { architecture: "linear", code: 3 }, corruption: masking });
  await onCpu(async () => {
    const autoencoder = await buildAutoencoder(config, SHAPE);
    const x = tf.tensor2d([...items.values], [6, 20]);
    const { loss, code } = autoencoding(autoencoder, config, SHAPE).measure(x);
    const y = autoencoder.decoder.apply(autoencoder.encoder.apply(x)) as tf.Tensor;
    const [given, made] = [x, y].map((one) => one.arraySync() as number[][]) as [number[][], number[][]];
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
    const squares = given.flatMap((row, i) => row.map((value, j) => (value - (made[i]?.[j] as number)) ** 2));
    const cosines = given.map((row, i) => {
      const other = made[i] as number[];
      return dot(row, other) / Math.sqrt(dot(row, row) * dot(other, other));
    });
    const close = (actual: tf.Tensor | undefined, expected: number) =>
      assert.ok(Math.abs((actual?.dataSync()[0] as number) - expected) < 1e-4, `${expected}`);
    close(loss, mean(squares));
    close(
      code?.residual,
      squares.reduce((sum, square) => sum + square, 0),
    );
    close(code?.cosine, mean(cosines));
    close(code?.active, 3);
    assert.deepEqual(Array.from(code?.everActive.dataSync() ?? []), [1, 1, 1]);
  });
});

test("what counts as active depends on the units", async () => {
  const active = (config: TrainConfigInput, codes: number[]) =>
    onCpu(() => Array.from(activeUnits(resolveConfig(config))(tf.tensor2d([codes])).dataSync()));
  const tiny = [0, 1e-6, -1e-6, 0.4, 0.6, -2];
  assert.deepEqual(await active({ model: { codeActivation: "relu" } }, tiny), [0, 1, 1, 1, 1, 1]);
  assert.deepEqual(await active({ penalty: { kind: "topk", k: 3 } }, tiny), [0, 1, 1, 1, 1, 1]);
  assert.deepEqual(await active({ model: { codeActivation: "sigmoid" } }, tiny), [0, 0, 0, 0, 1, 0]);
  assert.deepEqual(await active({}, tiny), [0, 0, 0, 1, 1, 1]);
});
