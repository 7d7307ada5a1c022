// Dropout with the step's random numbers: right shares, scaled up, off outside of training, compiled.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { compile } from "../../../train/index.ts";
import { StepDropout } from "../../../train/layers/dropout.ts";
import { RandomTables, StepRandom } from "../../../train/random/step-random.ts";
import { onOnnx } from "../../helpers/kernels.ts";

const layer = new StepDropout({ rate: 0.3, name: "dropout" });
const share = (values: ArrayLike<number>, wanted: number) =>
  Array.from(values).filter((x) => x === wanted).length / values.length;

test("in training the asked share becomes 0 and the others are scaled up", async () => {
  const values = await onOnnx(async () => {
    const tables = new RandomTables(1);
    const random = new StepRandom(tables, tables.keys(1));
    return (layer.apply(tf.ones([100, 200]), { training: true, random }) as tf.Tensor).data();
  });
  assert.ok(Math.abs(share(values, 0) - 0.3) < 5 * Math.sqrt(0.21 / 20_000));
  assert.equal(share(values, 0) + share(values, Math.fround(1 / 0.7)), 1);
});

test("outside of training nothing is done", async () => {
  const values = await onOnnx(() => (layer.apply(tf.ones([3, 4]), { training: false }) as tf.Tensor).data());
  assert.equal(share(values, 1), 1);
});

test("a step with dropout is compiled, and drops other units in each call", async () => {
  await onOnnx(async () => {
    const tables = new RandomTables(1);
    const step = compile(
      (x: tf.Tensor, keys: tf.Tensor2D) =>
        layer.apply(x, { training: true, random: new StepRandom(tables, keys) }) as tf.Tensor,
      { warmUp: false },
    );
    const dropped: string[] = [];
    for (let i = 0; i < 6; i++) {
      const [values] = step(tf.ones([5, 100]), tables.keys(i)) as [tf.Tensor];
      dropped.push((await values.data()).map((x) => (x === 0 ? 0 : 1)).join(""));
    }
    assert.equal(step.mode().mode, "compiled");
    assert.equal(new Set(dropped).size, 6);
    step.dispose();
  });
});

test("training without random numbers is an error that says what is missing", async () => {
  await onOnnx(() => {
    assert.throws(() => layer.apply(tf.ones([2, 2]), { training: true }), {
      message: "layer dropout is trained without random numbers: call the model with { training, random }",
    });
  });
});
