// Three-dimensional convolutions and their gradients against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertSameOnBoth, floats, onOnnx } from "../../../helpers/kernels.ts";

const extent = fc.integer({ min: 3, max: 5 });
const small = fc.integer({ min: 1, max: 3 });
const geometry = fc
  .record({
    batch: fc.constantFrom(1, 2, 7),
    size: fc.tuple(extent, extent, extent),
    kernel: fc.tuple(small, small, small),
    stride: fc.tuple(small, small, small),
    inner: fc.integer({ min: 1, max: 3 }),
    outer: fc.integer({ min: 1, max: 3 }),
    pad: fc.constantFrom<"same" | "valid">("same", "valid"),
  })
  // tfjs-core's 'same' padding is wrong for strides larger than the kernel: a test of its own.
  .filter(
    ({ kernel, stride, pad }) => pad === "valid" || kernel.every((k, axis) => k >= (stride[axis] as number)),
  );

test("a convolution of volumes of any geometry and its gradients are those of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(geometry, async (c) => {
      await assertSameOnBoth(
        (x, filter) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, c.stride, c.pad),
        [floats([c.batch, ...c.size, c.inner], 1), floats([...c.kernel, c.inner, c.outer], 2)],
      );
    }),
    { seed: 1, numRuns: 40 },
  );
});

test("a dilated convolution of volumes is that of tfjs", async () => {
  await assertSameOnBoth(
    (x, filter) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 1, "same", "NDHWC", [1, 2, 3]),
    [floats([2, 4, 5, 7, 2], 1), floats([2, 3, 3, 2, 3], 2)],
    { gradient: false },
  );
});

test("a transposed convolution of volumes is that of tfjs", async () => {
  await assertSameOnBoth(
    (x, filter) => tf.conv3dTranspose(x as tf.Tensor5D, filter as tf.Tensor5D, [2, 4, 5, 6, 2], 2, "same"),
    [floats([2, 2, 3, 3, 3], 1), floats([3, 3, 3, 2, 3], 2)],
    // tfjs-core has no gradient of this kernel.
    { gradient: false },
  );
});

test("'same' with strides larger than the kernel pads nothing, where tfjs-core pads by -1", async () => {
  await onOnnx(async () => {
    const x = tf.range(0, 5).reshape([1, 1, 1, 5, 1]) as tf.Tensor5D;
    const y = tf.conv3d(x, tf.ones([1, 1, 1, 1, 1]), [1, 1, 3], "same");
    assert.deepEqual(Array.from(await y.data()), [0, 3]);
  });
});
