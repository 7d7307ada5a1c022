// Resizing images: values against tfjs-backend-cpu, gradients against the transposed map.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertExported, operatorsOf } from "../../../helpers/exported.ts";
import { assertSameOnBoth, floats, ints, onCpu, onOnnx } from "../../../helpers/kernels.ts";

type Resize = (
  images: tf.Tensor4D,
  size: [number, number],
  alignCorners: boolean,
  halfPixelCenters: boolean,
) => tf.Tensor4D;
const kinds: Readonly<Record<string, Resize>> = {
  resizeNearestNeighbor: tf.image.resizeNearestNeighbor,
  resizeBilinear: tf.image.resizeBilinear,
};
const modes: [alignCorners: boolean, halfPixelCenters: boolean][] = [
  [false, false],
  [true, false],
  [false, true],
];

const side = fc.integer({ min: 1, max: 12 });
const resizing = fc.record({
  batch: fc.constantFrom(1, 2, 7),
  from: fc.tuple(side, side),
  size: fc.tuple(side, side),
  channels: fc.integer({ min: 1, max: 3 }),
  mode: fc.constantFrom(...modes),
});

for (const [name, resize] of Object.entries(kinds)) {
  test(`${name} gives the pixels that tfjs-backend-cpu gives, at any sizes and alignments`, async () => {
    await fc.assert(
      fc.asyncProperty(resizing, async ({ batch, from, size, channels, mode }) => {
        const images = floats([batch, ...from, channels]);
        await assertSameOnBoth((x) => resize(x as tf.Tensor4D, size, ...mode), [images], { gradient: false });
      }),
      { seed: 19, numRuns: 6000 },
    );
  });

  test(`${name}'s gradient is the transposed map, also with half-pixel centres and for images that are not square`, async () => {
    await fc.assert(
      fc.asyncProperty(resizing, async ({ batch, from, size, channels, mode }) => {
        const [height, width] = from;
        const dy = floats([batch, ...size, channels], 3);
        // Row p of the map: what an image that is 1 in pixel p alone is resized to.
        const expected = await onCpu(() => {
          const pixels = height * width;
          const basis = tf.eye(pixels).reshape([pixels, height, width, 1]) as tf.Tensor4D;
          const map = resize(basis, size, ...mode).reshape([pixels, size[0] * size[1]]);
          const flat = tf.tensor([...dy.values], [batch, size[0] * size[1], channels]);
          return tf.einsum("po,boc->bpc", map, flat).reshape([batch, height, width, channels]).array();
        });
        const actual = await onOnnx(() => {
          const gradient = tf.grad((x) => resize(x as tf.Tensor4D, size, ...mode));
          return gradient(
            tf.zeros([batch, height, width, channels]),
            tf.tensor([...dy.values], [...dy.shape]),
          ).array();
        });
        tf.test_util.expectArraysClose(actual as number[], expected as number[], 1e-4);
      }),
      { seed: 29, numRuns: 4000 },
    );
  });
}

test("one image's nearest neighbours have the gradients that tfjs-backend-cpu gives", async () => {
  // It reads the gradients of further images in the wrong places: images and their gradients differ in size.
  for (const alignCorners of [false, true]) {
    for (const size of [
      [6, 8],
      [3, 4],
      [9, 4],
      [7, 5],
    ] as [number, number][]) {
      await assertSameOnBoth(
        (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size, alignCorners),
        [floats([1, 3, 4, 2])],
      );
    }
  }
});

test("whole-number images are resized: nearest stays int32, bilinear becomes float32", async () => {
  for (const resize of Object.values(kinds)) {
    await assertSameOnBoth((x) => resize(x as tf.Tensor4D, [5, 4], false, false), [ints([2, 3, 3, 2])], {
      gradient: false,
    });
  }
});

test("positions on the border of two pixels fall on tfjs's side, whatever float32 makes of the scale", async () => {
  for (let from = 1; from <= 40; from += 3) {
    for (const size of [3, 6, 7, 10, 21, 30, 49]) {
      for (const mode of modes) {
        await assertSameOnBoth(
          (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [size, size], ...mode),
          [floats([1, from, from, 1])],
          { gradient: false },
        );
      }
    }
  }
});

test("upSampling2d is one Resize node that leaves the batch free", async () => {
  for (const interpolation of ["nearest", "bilinear"] as const) {
    const layer = tf.layers.upSampling2d({ size: [2, 3], interpolation, inputShape: [4, 5, 3] });
    const model = await assertExported(tf.sequential({ layers: [layer] }), {
      name: `upSampling2d ${interpolation}`,
      feeds: (batch) => [floats([batch, 4, 5, 3])],
    });
    assert.deepEqual(operatorsOf(model), ["Transpose", "Resize", "Transpose"]);
  }
});

test("resizing to sizes that are no multiples leaves the batch free, too", async () => {
  for (const [name, resize] of Object.entries(kinds)) {
    for (const size of [
      [7, 5],
      [2, 3],
    ] as [number, number][]) {
      await assertExported((x: tf.Tensor) => resize(x as tf.Tensor4D, size, false, true), {
        name: `${name} to ${size}`,
        inputs: [{ name: "x", shape: ["batch", 3, 4, 2] }],
        feeds: (batch) => [floats([batch, 3, 4, 2])],
      });
    }
  }
});
