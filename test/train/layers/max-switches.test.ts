// Max pooling with switches and its reverse, against tfjs's own pooling and against the definition.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import { PutSwitched, Switches, TakeSwitched } from "../../../train/layers/max-switches.ts";
import { assertSameOutcomes, floats, onCpu, onOnnx, outcomes } from "../../helpers/kernels.ts";

const layers = (size: number) => ({
  switches: new Switches({ size, name: "switches" }),
  take: new TakeSwitched({ size, name: "take" }),
  put: new PutSwitched({ size, name: "put" }),
});
const apply = (layer: tf.layers.Layer, ...inputs: tf.Tensor[]) =>
  layer.apply(inputs.length === 1 ? (inputs[0] as tf.Tensor) : inputs) as tf.Tensor;

for (const size of [2, 3]) {
  const images = floats([3, 2 * size, 4 * size, 2], 1);
  const pooled = (x: tf.Tensor) => {
    const { switches, take } = layers(size);
    return apply(take, x, apply(switches, x));
  };

  test(`windows of ${size}: values and gradients are those of tfjs's max pooling`, async () => {
    const byTfjs = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, size, "valid");
    const expected = await onCpu(() => outcomes(byTfjs, [images], true));
    assertSameOutcomes(await onCpu(() => outcomes(pooled, [images], true)), expected, 1e-6);
    assertSameOutcomes(await onOnnx(() => outcomes(pooled, [images], true)), expected, 1e-6);
  });

  test(`windows of ${size}: unpooling puts each value where its maximum was, among zeros`, async () => {
    const { values, shape } = images;
    const [, height, width, channels] = shape as [number, number, number, number];
    const byDefinition = values.map((value, i) => {
      const [c, x, y, b] = [
        i % channels,
        Math.floor(i / channels) % width,
        Math.floor(i / channels / width) % height,
        Math.floor(i / channels / width / height),
      ];
      const window = Array.from({ length: size ** 2 }, (_, k) => {
        const row = y - (y % size) + Math.floor(k / size);
        const column = x - (x % size) + (k % size);
        return values[((b * height + row) * width + column) * channels + c] as number;
      });
      return value === Math.max(...window) ? value : 0;
    });
    const program = (x: tf.Tensor) => {
      const { switches, put } = layers(size);
      return apply(put, pooled(x), apply(switches, x));
    };
    for (const on of [onCpu, onOnnx]) {
      const [result] = await on(() => outcomes(program, [images], false));
      assert.deepEqual(result?.shape, shape);
      assert.deepEqual(
        // -0 + 0 is 0.
        result?.values.map((x) => x + 0),
        byDefinition,
      );
    }
  });

  test(`windows of ${size}: unpooling is pooling's transpose`, async () => {
    // ⟨Xa, b⟩ = ⟨a, Xᵀb⟩ for any a and b, given the switches.
    const small = floats([3, 2, 4, 2], 7);
    const products = await onOnnx(async () => {
      const [a, b] = [images, small].map(({ values, shape }) => tf.tensor([...values], [...shape])) as [
        tf.Tensor,
        tf.Tensor,
      ];
      const { switches, take, put } = layers(size);
      const places = apply(switches, floatsTensor(floats(images.shape, 9)));
      const both = [apply(take, a, places).mul(b).sum(), a.mul(apply(put, b, places)).sum()];
      return Promise.all(both.map(async (one) => (await one.data())[0] as number));
    });
    assert.ok(Math.abs((products[0] as number) - (products[1] as number)) < 1e-4);
  });
}

const floatsTensor = ({ values, shape }: ReturnType<typeof floats>) => tf.tensor([...values], [...shape]);

test("switches count the places of a window row by row; of equal maxima the first is taken", async () => {
  const rows = [
    [1, 2, 0, 0],
    [3, 4, 0, 0],
    [5, 1, 2, 9],
    [1, 5, 9, 1],
  ];
  const switches = await onOnnx(() =>
    outcomes((x) => apply(layers(2).switches, x), [{ values: rows.flat(), shape: [1, 4, 4, 1] }], false),
  );
  assert.deepEqual(switches, [{ values: [3, 0, 0, 1], shape: [1, 2, 2, 1], dtype: "int32" }]);
});

test("items are undecided where a value comes near a maximum without being equal to it", async () => {
  const flat = (...values: number[]) => ({ values, shape: [1, 2, 4, 1] });
  const undecided = async (image: ReturnType<typeof flat>) => {
    const { values, shape } = image;
    const x = () => tf.tensor4d(values, shape as [number, number, number, number]);
    return onOnnx(async () => (await layers(2).switches.undecided(x(), 1e-5).data())[0]);
  };
  assert.equal(await undecided(flat(1, 0, 7, 2, 0, 1, 3, 7)), 0);
  assert.equal(await undecided(flat(1, 0, 7, 2, 0, 1, 3, 7 - 1e-5)), 1);
  assert.equal(await undecided(flat(1, 0, 7, 2, 0, 1, 3, 7 - 1e-3)), 0);
});
