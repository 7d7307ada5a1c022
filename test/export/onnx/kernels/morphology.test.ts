// Grayscale dilation and its gradients against tfjs-backend-cpu.
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertSameOnBoth, floats, ints, type TensorData } from "../../../helpers/kernels.ts";

const small = fc.integer({ min: 1, max: 3 });
const size = fc.integer({ min: 5, max: 8 });
const geometry = fc
  .record({
    batch: fc.constantFrom(1, 2, 7),
    height: size,
    width: size,
    kernel: fc.tuple(small, small),
    stride: fc.tuple(small, small),
    dilation: fc.tuple(small, small),
    channels: fc.integer({ min: 1, max: 3 }),
    pad: fc.constantFrom<"same" | "valid">("same", "valid"),
  })
  .filter(({ height, width, kernel: [h, w], dilation: [dh, dw] }) => {
    return (h - 1) * dh < height && (w - 1) * dw < width;
  });

const dilate =
  (c: { stride: [number, number]; dilation: [number, number]; pad: "same" | "valid" }) =>
  (x: tf.Tensor, filter: tf.Tensor) =>
    tf.dilation2d(x as tf.Tensor4D, filter as tf.Tensor3D, c.stride, c.pad, c.dilation);

test("dilation of any geometry and its gradients are those of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(geometry, async (c) => {
      const x = floats([c.batch, c.height, c.width, c.channels], 1);
      const filter = floats([...c.kernel, c.channels], 2);
      await assertSameOnBoth(dilate(c) as (...t: tf.Tensor[]) => tf.Tensor, [x, filter]);
    }),
    { seed: 1, numRuns: 50 },
  );
});

test("of equal maxima the first takes the gradients, as in tfjs", async () => {
  const coarse = (shape: readonly number[], seed: number): TensorData => ({
    values: ints(shape, seed, 0, 3).values,
    shape,
  });
  for (const pad of ["same", "valid"] as const) {
    const c = { stride: [2, 1], dilation: [1, 1], pad } as Parameters<typeof dilate>[0];
    await assertSameOnBoth(dilate(c) as (...t: tf.Tensor[]) => tf.Tensor, [
      coarse([2, 6, 7, 2], 1),
      coarse([3, 2, 2], 2),
    ]);
  }
});

test("whole numbers stay whole numbers", async () => {
  const c = { stride: [1, 1], dilation: [1, 1], pad: "same" } as Parameters<typeof dilate>[0];
  await assertSameOnBoth(
    dilate(c) as (...t: tf.Tensor[]) => tf.Tensor,
    [ints([2, 5, 5, 2], 1), ints([2, 2, 2], 2)],
    { gradient: false },
  );
});
