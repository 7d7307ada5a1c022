// Losses against their definitions, in the middle and at the ends.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { lossOf } from "../../train/losses.ts";
import { onCpu } from "../helpers/kernels.ts";

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const logits = [-3, -0.5, 0, 0.7, 2, 4];
const targets = [0, 0.3, 1, 0.5, 1, 0.9];
const mean = (term: (z: number, t: number) => number) =>
  logits.reduce((sum, z, i) => sum + term(z, targets[i] as number), 0) / logits.length;
const value = (loss: "mse" | "bce", t: number[], z: number[], output: "sigmoid" | "linear" = "sigmoid") =>
  onCpu(() => lossOf(loss, output)(tf.tensor2d([t]), tf.tensor2d([z])).dataSync()[0] as number);

test("mse is the mean squared difference to the sigmoid", async () => {
  assert.ok(Math.abs((await value("mse", targets, logits)) - mean((z, t) => (sigmoid(z) - t) ** 2)) < 1e-6);
});

test("bce is the mean cross-entropy of the sigmoid", async () => {
  const expected = mean((z, t) => -t * Math.log(sigmoid(z)) - (1 - t) * Math.log(1 - sigmoid(z)));
  assert.ok(Math.abs((await value("bce", targets, logits)) - expected) < 1e-6);
});

test("bce of very sure logits is finite: 0 when right, the logit when wrong", async () => {
  assert.equal(await value("bce", [1], [200]), 0);
  assert.equal(await value("bce", [0], [200]), 200);
  assert.equal(await value("bce", [1], [-200]), 200);
});

test("mse of a linear output is the mean squared difference to it", async () => {
  const expected = mean((z, t) => (z - t) ** 2);
  assert.ok(Math.abs((await value("mse", targets, logits, "linear")) - expected) < 1e-6);
});

test("weights count each element as often as they say", async () => {
  const weights = [0, 1, 2, 0.5, 0, 3];
  const loss = await onCpu(
    () =>
      lossOf("mse", "sigmoid")(
        tf.tensor2d([targets]),
        tf.tensor2d([logits]),
        tf.tensor2d([weights]),
      ).dataSync()[0],
  );
  const expected = mean((z, t) => (weights[logits.indexOf(z)] as number) * (sigmoid(z) - t) ** 2);
  assert.ok(Math.abs((loss as number) - expected) < 1e-6);
});
