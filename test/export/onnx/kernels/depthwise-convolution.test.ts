// Depthwise convolutions and their gradients against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertSameOnBoth, floats, onOnnx } from "../../../helpers/kernels.ts";

const geometry = fc
  .record({
    batch: fc.constantFrom(1, 2, 7),
    height: fc.integer({ min: 3, max: 8 }),
    width: fc.integer({ min: 3, max: 8 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    stride: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    channels: fc.integer({ min: 1, max: 4 }),
    multiplier: fc.integer({ min: 1, max: 3 }),
    pad: fc.constantFrom<"same" | "valid" | number>("same", "valid", 1),
  })
  // tfjs derives both output sizes of a numeric padding from the kernel's height alone.
  .filter(({ kernel: [h, w], pad }) => typeof pad === "string" || h === w);

test("a depthwise convolution of any geometry and its gradients are those of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(geometry, async (c) => {
      await assertSameOnBoth(
        (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, c.stride, c.pad),
        [
          floats([c.batch, c.height, c.width, c.channels], 1),
          floats([...c.kernel, c.channels, c.multiplier], 2),
        ],
      );
    }),
    { seed: 1, numRuns: 50 },
  );
});

test("a dilated depthwise convolution is that of tfjs", async () => {
  for (const dilation of [2, 3]) {
    for (const pad of ["same", "valid"] as const) {
      await assertSameOnBoth(
        (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, pad, "NHWC", dilation),
        [floats([2, 8, 9, 3], 1), floats([3, 2, 3, 2], 2)],
        { gradient: false },
      );
    }
  }
});

for (const activation of ["linear", "relu", "prelu"] as const) {
  test(`a depthwise convolution fused with a bias and ${activation} is that of tfjs`, async () => {
    await assertSameOnBoth(
      (x, filter, bias, alpha) =>
        tf.fused.depthwiseConv2d({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides: 2,
          pad: "same",
          bias: bias as tf.Tensor,
          activation,
          ...(activation === "prelu" ? { preluActivationWeights: alpha as tf.Tensor } : {}),
        }),
      [
        floats([2, 5, 6, 3], 1),
        floats([3, 3, 3, 2], 2),
        floats([6], 3),
        ...(activation === "prelu" ? [floats([6], 4)] : []),
      ],
      { gradient: activation === "linear" },
    );
  });
}

test("a separable convolution and its gradients are those of tfjs", async () => {
  await assertSameOnBoth(
    (x, depth, point) =>
      tf.separableConv2d(x as tf.Tensor4D, depth as tf.Tensor4D, point as tf.Tensor4D, 2, "same"),
    [floats([2, 6, 6, 3], 1), floats([3, 3, 3, 2], 2), floats([1, 1, 6, 4], 3)],
  );
});

test("with channels first it is the same convolution, which tfjs-backend-cpu does not honour", async () => {
  await onOnnx(async () => {
    const x = tf.randomNormal<tf.Rank.R4>([2, 5, 6, 3], 0, 1, "float32", 1);
    const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 2], 0, 1, "float32", 2);
    const last = tf.depthwiseConv2d(x, filter, 1, "same");
    const first = tf.depthwiseConv2d(tf.transpose<tf.Tensor4D>(x, [0, 3, 1, 2]), filter, 1, "same", "NCHW");
    assert.deepEqual(first.shape, [2, 6, 5, 6]);
    const difference = await first.transpose([0, 2, 3, 1]).sub(last).abs().max().data();
    assert.ok((difference[0] as number) < 1e-5);
  });
});
