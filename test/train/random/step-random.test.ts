// Random numbers of a step: reproducible, evenly spread, and without ties between elements, draws and steps.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { RandomTables, StepRandom } from "../../../train/random/step-random.ts";
import { onCpu, onOnnx } from "../../helpers/kernels.ts";

const ITEMS = 128;
const SIZE = 784;

/** Draws `count` times in one step, on the current backend. */
async function draws(
  seed: number,
  step: number,
  draw: (random: StepRandom) => tf.Tensor,
  count = 1,
): Promise<Float32Array[]> {
  const tables = new RandomTables(seed);
  const random = new StepRandom(tables, tables.keys(step));
  const tensors = Array.from({ length: count }, () => draw(random));
  const values = await Promise.all(tensors.map((one) => one.data() as Promise<Float32Array>));
  tf.dispose(tensors);
  tables.dispose();
  return values;
}

const uniforms = async (seed: number, step: number) =>
  (await onOnnx(() => draws(seed, step, (random) => random.uniform([ITEMS, SIZE]))))[0] as Float32Array;

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;
const variance = (values: ArrayLike<number>) => {
  const centre = mean(values);
  return mean(Array.from(values, (x) => (x - centre) ** 2));
};
function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [centreA, centreB] = [mean(a), mean(b)];
  const products = Array.from(a, (x, i) => (x - centreA) * ((b[i] as number) - centreB));
  return mean(products) / Math.sqrt(variance(a) * variance(b));
}
/** What a correlation of independent numbers stays below: 5 standard deviations. */
const bound = (count: number) => 5 / Math.sqrt(count);

test("the same seed and step give the same numbers, exactly, on ONNX Runtime and on tfjs-backend-cpu", async () => {
  const draw = (random: StepRandom) => random.uniform([6, 50]);
  for (const step of [0, 1, 12_345]) {
    const reference = await onCpu(() => draws(7, step, draw, 3));
    assert.deepEqual(await onOnnx(() => draws(7, step, draw, 3)), reference);
  }
});

test("normal numbers are the same on both but for the rounding of functions", async () => {
  const [reference] = await onCpu(() => draws(7, 3, (random) => random.normal([5, 33])));
  const [actual] = await onOnnx(() => draws(7, 3, (random) => random.normal([5, 33])));
  assert.equal(actual?.length, 165);
  reference?.forEach((value, i) => {
    assert.ok(Math.abs((actual?.[i] as number) - value) < 1e-5);
  });
});

test("uniform numbers lie in (0, 1] and fill it evenly, in every step", async () => {
  const cells = 100;
  const count = ITEMS * SIZE;
  for (const step of [0, 1, 2, 1_000_000]) {
    const values = await uniforms(1, step);
    assert.ok(values.every((x) => x > 0 && x <= 1));
    assert.ok(Math.abs(mean(values) - 1 / 2) < 5 / Math.sqrt(12 * count));
    assert.ok(Math.abs(variance(values) - 1 / 12) < 0.001);
    const histogram = new Array<number>(cells).fill(0);
    for (const x of values) {
      const cell = Math.min(cells - 1, Math.floor(x * cells));
      histogram[cell] = (histogram[cell] as number) + 1;
    }
    const chi = histogram.reduce((sum, n) => sum + (n - count / cells) ** 2 / (count / cells), 0);
    // χ² of 99 degrees of freedom has mean 99 and standard deviation 14.
    assert.ok(chi > 99 - 5 * 14 && chi < 99 + 5 * 14, `step ${step}: χ² ${chi}`);
  }
});

test("an element's numbers are spread evenly over the steps", async () => {
  const steps = await onOnnx(async () => {
    const tables = new RandomTables(3);
    const all: Float32Array[] = [];
    for (let step = 0; step < 400; step++) {
      const drawn = new StepRandom(tables, tables.keys(step)).uniform([20]);
      all.push((await drawn.data()) as Float32Array);
      drawn.dispose();
    }
    tables.dispose();
    return all;
  });
  for (let element = 0; element < 20; element++) {
    const series = steps.map((values) => values[element] as number);
    assert.ok(Math.abs(mean(series) - 1 / 2) < 5 / Math.sqrt(12 * 400));
    assert.ok(Math.abs(correlation(series.slice(1), series.slice(0, -1))) < bound(399));
  }
});

test("neighbours, items, draws, steps and seeds are not correlated", async () => {
  const values = await uniforms(1, 4);
  const count = values.length;
  const pairs: [string, ArrayLike<number>, ArrayLike<number>][] = [
    ["neighbours", values.subarray(1), values.subarray(0, -1)],
    ["items", values.subarray(SIZE), values.subarray(0, -SIZE)],
    ["steps", values, await uniforms(1, 5)],
    ["seeds", values, await uniforms(2, 4)],
  ];
  const two = await onOnnx(() => draws(1, 4, (random) => random.uniform([ITEMS, SIZE]), 2));
  pairs.push(["draws", two[0] as Float32Array, two[1] as Float32Array]);
  for (const [what, a, b] of pairs) {
    assert.ok(Math.abs(correlation(a, b)) < bound(count - SIZE), what);
    const far = (x: ArrayLike<number>) => Array.from(x, (u) => Math.abs(u - 0.5));
    assert.ok(Math.abs(correlation(far(a), far(b))) < bound(count - SIZE), `${what}, folded`);
  }
});

test("normal numbers have the moments and the tails of the normal distribution", async () => {
  const [values = new Float32Array()] = await onOnnx(() =>
    draws(5, 9, (random) => random.normal([ITEMS, SIZE])),
  );
  const count = values.length;
  assert.ok(values.every(Number.isFinite));
  assert.ok(Math.abs(mean(values)) < 5 / Math.sqrt(count));
  assert.ok(Math.abs(variance(values) - 1) < 5 * Math.sqrt(2 / count));
  assert.ok(Math.abs(mean(Array.from(values, (x) => x ** 3))) < 5 * Math.sqrt(15 / count));
  assert.ok(Math.abs(mean(Array.from(values, (x) => x ** 4)) - 3) < 5 * Math.sqrt(96 / count));
  for (const [limit, share] of [
    [1, 0.3173],
    [2, 0.0455],
    [3, 0.0027],
  ] as const) {
    const beyond = values.filter((x) => Math.abs(x) > limit).length / count;
    assert.ok(Math.abs(beyond - share) < 5 * Math.sqrt(share / count), `beyond ${limit}: ${beyond}`);
  }
  // Halves come from the two coordinates of the same points.
  const half = count / 2;
  assert.ok(Math.abs(correlation(values.subarray(0, half), values.subarray(half))) < bound(half));
});

test("more draws than there are keys for are an error", () => {
  const tables = new RandomTables(1);
  const random = new StepRandom(tables, tables.keys(0));
  assert.throws(
    () => {
      for (;;) random.uniform([1]).dispose();
    },
    { message: "a training step draws more than 64 times" },
  );
  tables.dispose();
});
