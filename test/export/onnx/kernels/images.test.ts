// Cropping, flipping, rotating and transforming images, against tfjs-backend-cpu.
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertExported } from "../../../helpers/exported.ts";
import { assertSameOnBoth, floats, onCpu, onOnnx, type TensorData } from "../../../helpers/kernels.ts";

const side = fc.integer({ min: 1, max: 8 });
const shape = fc.tuple(fc.constantFrom(1, 2, 7), side, side, fc.integer({ min: 1, max: 4 }));
const noGradient = { gradient: false };

test("crops are cut at any boxes, of any size, nearest and bilinear, filled beyond the image", async () => {
  const crop = fc.record({
    image: shape,
    boxes: fc.integer({ min: 1, max: 5 }),
    size: fc.tuple(side, side),
    method: fc.constantFrom("bilinear" as const, "nearest" as const),
    margin: fc.constantFrom(0, 0.3),
    seed: fc.nat(1000),
  });
  await fc.assert(
    fc.asyncProperty(crop, async ({ image, boxes, size, method, margin, seed }) => {
      const corners = floats([boxes, 4], seed, -margin, 1 + margin);
      const which: TensorData = {
        values: Array.from({ length: boxes }, (_, i) => i % image[0]),
        shape: [boxes],
        dtype: "int32",
      };
      await assertSameOnBoth(
        (x, b, i) =>
          tf.image.cropAndResize(x as tf.Tensor4D, b as tf.Tensor2D, i as tf.Tensor1D, size, method, 0.5),
        [floats(image), corners, which],
        noGradient,
      );
    }),
    { seed: 1, numRuns: 50 },
  );
});

test("a crop of the whole image reaches its last pixels", async () => {
  const boxes: TensorData = { values: [0, 0, 1, 1, 1, 1, 0, 0], shape: [2, 4] };
  for (const size of [
    [3, 3],
    [7, 5],
    [1, 1],
    [6, 10],
  ] as [number, number][]) {
    for (const method of ["bilinear", "nearest"] as const) {
      await assertSameOnBoth(
        (x, b) => tf.image.cropAndResize(x as tf.Tensor4D, b as tf.Tensor2D, [0, 1], size, method, -9),
        [floats([2, 7, 5, 2]), boxes],
        noGradient,
      );
    }
  }
});

test("images are flipped from left to right", async () => {
  await fc.assert(
    fc.asyncProperty(shape, (dims) =>
      assertSameOnBoth((x) => tf.image.flipLeftRight(x as tf.Tensor4D), [floats(dims)], noGradient),
    ),
    { seed: 2, numRuns: 15 },
  );
});

test("images are rotated about any centre by any angle, with a number or a colour around them", async () => {
  const rotation = fc.record({
    dims: shape,
    radians: fc.double({ min: -4, max: 4, noNaN: true }),
    center: fc.constantFrom<number | [number, number]>(0.5, 0, [0.25, 0.8]),
    colour: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(rotation, async ({ dims, radians, center, colour }) => {
      const given = dims.with(3, colour ? Math.max(3, dims[3]) : dims[3]);
      const fill: number | [number, number, number] = colour ? [0.1, 0.2, 0.3] : 0.7;
      await assertSameOnBoth(
        (x) => tf.image.rotateWithOffset(x as tf.Tensor4D, radians, fill, center),
        [floats(given)],
        noGradient,
      );
    }),
    { seed: 3, numRuns: 30 },
  );
});

const transformation = fc.record({
  dims: shape,
  interpolation: fc.constantFrom("nearest" as const, "bilinear" as const),
  fillMode: fc.constantFrom("constant" as const, "reflect" as const, "wrap" as const, "nearest" as const),
  size: fc.option(fc.tuple(side, side), { nil: undefined }),
  seed: fc.nat(1000),
});

/** Small turns and shears, shifts of some pixels, a slight perspective. */
function transforms(rows: number, seed: number): TensorData {
  const { values } = floats([rows, 8], seed, -1, 1);
  const scale = [0.5, 0.5, 6, 0.5, 0.5, 6, 0.02, 0.02];
  return {
    values: values.map((v, i) =>
      Math.fround(v * (scale[i % 8] as number) + (i % 8 === 0 || i % 8 === 4 ? 1 : 0)),
    ),
    shape: [rows, 8],
  };
}

test("images are transformed one by one, in all fill modes, each by its own or all by one transform", async () => {
  await fc.assert(
    fc.asyncProperty(transformation, fc.boolean(), async (setting, shared) => {
      const { dims, interpolation, fillMode, size, seed } = setting;
      const [batch] = dims;
      const images = floats(dims);
      const matrices = transforms(shared ? 1 : batch, seed);
      const apply = (x: tf.Tensor, t: tf.Tensor) =>
        tf.image.transform(x as tf.Tensor4D, t as tf.Tensor2D, interpolation, fillMode, 0.5, size);
      const tensors = () =>
        [images, matrices].map((data) => tf.tensor([...data.values], [...data.shape])) as [
          tf.Tensor,
          tf.Tensor,
        ];
      // tfjs-backend-cpu transforms the first image of a batch only: give it one at a time.
      const expected = await onCpu(() => {
        const [x, t] = tensors();
        const rows = t.split(t.shape[0] as number);
        return tf
          .concat(x.split(batch).map((one, i) => apply(one, rows[i] ?? (rows[0] as tf.Tensor))))
          .array();
      });
      const actual = await onOnnx(() => apply(...tensors()).array());
      tf.test_util.expectArraysClose(actual.flat(3), expected.flat(3), 1e-4);
    }),
    { seed: 4, numRuns: 60 },
  );
});

test("a transform that sends pixels to infinity shows the fill value there", async () => {
  // The projection -x/2 + 1 is 0 in column 2.
  const matrix: TensorData = { values: [1, 0, 0, 0, 1, 0, -0.5, 0], shape: [1, 8] };
  for (const interpolation of ["nearest", "bilinear"] as const) {
    await assertSameOnBoth(
      (x, t) => tf.image.transform(x as tf.Tensor4D, t as tf.Tensor2D, interpolation, "reflect", 0.25),
      [floats([1, 4, 5, 2]), matrix],
      noGradient,
    );
  }
});

test("what is done to images leaves their number free", async () => {
  const programs: Record<string, (x: tf.Tensor4D) => tf.Tensor> = {
    flip: (x) => tf.image.flipLeftRight(x),
    rotation: (x) => tf.image.rotateWithOffset(x, 0.5, [0.1, 0.2, 0.3]),
  };
  for (const [name, program] of Object.entries(programs)) {
    await assertExported((x: tf.Tensor) => program(x as tf.Tensor4D), {
      name,
      inputs: [{ name: "x", shape: ["batch", 4, 5, 3] }],
      feeds: (batch) => [floats([batch, 4, 5, 3])],
    });
  }
  const crop = (x: tf.Tensor, boxes: tf.Tensor, which: tf.Tensor) =>
    tf.image.cropAndResize(x as tf.Tensor4D, boxes as tf.Tensor2D, which as tf.Tensor1D, [3, 3]);
  await assertExported(crop, {
    name: "crops",
    inputs: [
      { name: "x", shape: ["batch", 4, 5, 3] },
      { name: "boxes", shape: ["boxes", 4] },
      { name: "which", shape: ["boxes"], dtype: "int32" },
    ],
    feeds: (batch) => [
      floats([batch, 4, 5, 3]),
      floats([batch + 1, 4], 2, 0, 1),
      { values: Array.from({ length: batch + 1 }, (_, i) => i % batch), shape: [batch + 1], dtype: "int32" },
    ],
  });
  const turn = (x: tf.Tensor) =>
    tf.image.transform(x as tf.Tensor4D, [[0.9, 0.2, 0, -0.2, 0.9, 1, 0, 0]], "bilinear", "reflect");
  // One image: all that tfjs-backend-cpu transforms.
  await assertExported(turn, {
    name: "transform",
    inputs: [{ name: "x", shape: ["batch", 4, 5, 3] }],
    feeds: (batch) => [floats([batch, 4, 5, 3])],
    batches: [1],
  });
});
