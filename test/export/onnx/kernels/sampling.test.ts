// Drawing classes: the right distribution, repeatable by seed, rows independent.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { onOnnx } from "../../../helpers/kernels.ts";

const COUNT = 20_000;

/** Shares of the classes 0 … size - 1. */
function shares(samples: ArrayLike<number>, size: number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (const sample of Array.from(samples)) counts[sample] = (counts[sample] ?? 0) + 1;
  return counts.map((count) => count / samples.length);
}

/** Five standard deviations of a share. */
const tolerance = (p: number) => 5 * Math.sqrt((p * (1 - p)) / COUNT) + 1e-9;

test("classes are drawn as often as their probabilities say, from probabilities and from logits", async () => {
  const probabilities = [0.1, 0, 0.6, 0.25, 0.05];
  for (const normalized of [true, false]) {
    const given = probabilities.map((p) => (normalized ? p : Math.log(Math.max(p, 1e-30)) + 3));
    const samples = await onOnnx(() => tf.multinomial(given as never, COUNT, 42, normalized).data());
    shares(samples, 5).forEach((share, i) => {
      const p = probabilities[i] as number;
      assert.ok(Math.abs(share - p) <= tolerance(p), `class ${i}: ${share} instead of ${p}`);
    });
  }
});

test("equal seeds draw equal samples, other seeds others", async () => {
  const draw = (seed?: number) => onOnnx(() => tf.multinomial([0.5, 0.5] as never, 64, seed, true).data());
  assert.deepEqual(await draw(7), await draw(7));
  assert.notDeepEqual(await draw(7), await draw(8));
  assert.notDeepEqual(await draw(), await draw());
});

test("rows are drawn independently of each other", async () => {
  const even = [0.5, 0.5];
  const samples = await onOnnx(() => tf.multinomial([even, even] as never, COUNT, 3, true).data());
  const [first, second] = [samples.slice(0, COUNT), samples.slice(COUNT)];
  const agreement = first.filter((sample, i) => sample === second[i]).length / COUNT;
  assert.ok(Math.abs(agreement - 0.5) <= tolerance(0.5), `rows agree in ${agreement} of all draws`);
});

test("the result is int32, of the logits' rows and the asked number of columns", async () => {
  const drawn = await onOnnx(() => tf.multinomial(tf.zeros([3, 4]) as tf.Tensor2D, 5, 1));
  assert.deepEqual([drawn.shape, drawn.dtype], [[3, 5], "int32"]);
  assert.ok((await drawn.data()).every((sample) => sample >= 0 && sample < 4));
});
