// Principal components against a closed form and against their definition.
import assert from "node:assert/strict";
import test from "node:test";
import { fitPca, projectPca, reconstructPca } from "../../../train/evaluation/pca.ts";
import { onOnnx, random } from "../../helpers/kernels.ts";

/** Points along (3, 4)/5 with standard deviation 10, and across it with 1, around (7, -2). */
function ellipse(count: number): Float32Array {
  const next = random(5);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const points = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) {
    const [along, across] = [10 * normal(), normal()];
    points[2 * i] = 7 + 0.6 * along - 0.8 * across;
    points[2 * i + 1] = -2 + 0.8 * along + 0.6 * across;
  }
  return points;
}

test("the first component of an ellipse is its long axis, the mean its centre", async () => {
  const pca = await onOnnx(() => fitPca(ellipse(20000), 2, 1));
  const [x, y] = pca.directions as unknown as [number, number];
  assert.ok(Math.abs(Math.abs(0.6 * x + 0.8 * y) - 1) < 1e-4, `direction ${x}, ${y}`);
  assert.ok(Math.abs((pca.mean[0] as number) - 7) < 0.2 && Math.abs((pca.mean[1] as number) + 2) < 0.2);
});

test("what one component loses is the variance across it", async () => {
  const points = ellipse(20000);
  const pca = await onOnnx(() => fitPca(points, 2, 1));
  const { squaredErrors } = await onOnnx(() => projectPca(pca, points));
  const mean = squaredErrors.reduce((sum, e) => sum + e, 0) / squaredErrors.length;
  assert.ok(Math.abs(mean - 1) < 0.05, `mean squared error ${mean}`);
});

test("all components lose nothing, and codes are centred and uncorrelated", async () => {
  const points = ellipse(6000);
  const pca = await onOnnx(() => fitPca(points, 2, 2));
  const { codes, squaredErrors } = await onOnnx(() => projectPca(pca, points));
  assert.ok(squaredErrors.every((e) => Math.abs(e) < 1e-2));
  let [sum, product] = [0, 0];
  for (let i = 0; i < 6000; i++) {
    sum += codes[2 * i] as number;
    product += (codes[2 * i] as number) * (codes[2 * i + 1] as number);
  }
  assert.ok(Math.abs(sum / 6000) < 1e-2);
  assert.ok(Math.abs(product / 6000) < 1e-2);
});

test("rows that come in blocks give the same components, and coordinates lead back to the rows", async () => {
  const points = ellipse(300);
  async function* blocks() {
    for (let start = 0; start < points.length; start += 140) yield points.subarray(start, start + 140);
  }
  const { whole, parts, back } = await onOnnx(async () => {
    const whole = await fitPca(points, 2, 2);
    const parts = await fitPca(blocks(), 2, 2);
    return { whole, parts, back: await reconstructPca(parts, (await projectPca(parts, points)).codes) };
  });
  whole.directions.forEach((value, i) => {
    assert.ok(Math.abs(value - (parts.directions[i] as number)) < 1e-4);
  });
  points.forEach((value, i) => {
    assert.ok(Math.abs(value - (back[i] as number)) < 1e-3);
  });
});
