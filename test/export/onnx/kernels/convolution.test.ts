// Convolutions and their gradients against tfjs-backend-cpu, and against plain arithmetic where that is known to err.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertSameOnBoth, floats, onOnnx } from "../../../helpers/kernels.ts";

type Padding = "same" | "valid" | number;

const batch = fc.constantFrom(1, 2, 7);
const channels = fc.integer({ min: 1, max: 4 });
const size = fc.integer({ min: 3, max: 9 });
const kernel = fc.integer({ min: 1, max: 4 });
const stride = fc.integer({ min: 1, max: 3 });
const padding = fc.constantFrom<Padding>("same", "valid", 0, 1, 2);
const rounding = fc.constantFrom<"floor" | undefined>("floor", undefined);

const flat = fc
  .record({
    batch,
    height: size,
    width: size,
    kernel: fc.tuple(kernel, kernel),
    stride: fc.tuple(stride, stride),
    inner: channels,
    outer: channels,
    pad: padding,
    rounding,
  })
  .filter(({ height, width, kernel: [h, w], stride: [down, across], pad }) => {
    if (typeof pad === "string") return h <= height && w <= width;
    // tfjs derives both output sizes of a numeric padding from the height's kernel and stride. That may go as far as
    // windows that end before the image begins.
    const columns = Math.trunc((width - h + 2 * pad) / down) + 1;
    return Math.min(height, width) + 2 * pad >= h && (columns - 1) * across + w > pad;
  })
  .map((geometry) => ({
    ...geometry,
    // tfjs-core allows a rounding mode with numeric padding only.
    rounding: typeof geometry.pad === "number" ? geometry.rounding : undefined,
  }));

test("a convolution of any geometry and its gradients are those of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(flat, async (c) => {
      const x = floats([c.batch, c.height, c.width, c.inner], 1);
      const filter = floats([...c.kernel, c.inner, c.outer], 2);
      await assertSameOnBoth(
        (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, c.stride, c.pad, "NHWC", 1, c.rounding),
        [x, filter],
      );
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("a convolution of images with channels first and its gradients are those of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(flat, async (c) => {
      const x = floats([c.batch, c.inner, c.height, c.width], 1);
      const filter = floats([...c.kernel, c.inner, c.outer], 2);
      await assertSameOnBoth(
        (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, c.stride, c.pad, "NCHW"),
        [x, filter],
      );
    }),
    { seed: 2, numRuns: 20 },
  );
});

test("a dilated convolution is that of tfjs", async () => {
  const dilation = fc.integer({ min: 1, max: 3 });
  const dilated = fc
    .record({
      batch,
      height: size,
      width: size,
      kernel,
      dilation: fc.tuple(dilation, dilation),
      pad: padding,
    })
    .filter(({ height, width, kernel: k, dilation: [h, w], pad }) => {
      const fits = (k - 1) * h < height && (k - 1) * w < width;
      return fits && (typeof pad === "string" || h === w);
    });
  await fc.assert(
    fc.asyncProperty(dilated, async (c) => {
      await assertSameOnBoth(
        (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, c.pad, "NHWC", c.dilation),
        [floats([c.batch, c.height, c.width, 2], 1), floats([c.kernel, c.kernel, 2, 3], 2)],
        { gradient: false },
      );
    }),
    { seed: 3, numRuns: 20 },
  );
});

test("explicit paddings that differ on all four sides are kept apart", async () => {
  const pad: [[number, number], [number, number], [number, number], [number, number]] = [
    [0, 0],
    [2, 1],
    [0, 3],
    [0, 0],
  ];
  const inputs = [floats([2, 5, 6, 2], 1), floats([3, 3, 2, 3], 2)];
  await assertSameOnBoth((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, pad), inputs);
});

test("rounding up and to the nearest adds the windows that it adds in tfjs", async () => {
  for (const mode of ["ceil", "round"] as const) {
    for (const height of [6, 7, 8]) {
      await assertSameOnBoth(
        (a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 3, 1, "NHWC", 1, mode),
        [floats([2, height, height, 1], 1), floats([3, 3, 1, 2], 2)],
        { gradient: false },
      );
    }
  }
});

test("windows added by rounding up count in the gradients, too, which tfjs itself forgets", async () => {
  await onOnnx(async () => {
    const x = tf.randomNormal<tf.Rank.R4>([2, 6, 6, 1], 0, 1, "float32", 1);
    const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 1, 2], 0, 1, "float32", 2);
    // Rounding up reads one more row and column than there are: the same as padding by one more behind.
    const up = tf.grads((a, b) =>
      tf
        .conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 0, "NHWC", 1, "ceil")
        .square()
        .sum(),
    );
    const padded = tf.grads((a, b) => {
      const wide = tf.pad(a as tf.Tensor4D, [
        [0, 0],
        [0, 1],
        [0, 1],
        [0, 0],
      ]);
      return tf
        .conv2d(wide, b as tf.Tensor4D, 2, "valid")
        .square()
        .sum();
    });
    const [got, wanted] = [up([x, filter]), padded([x, filter])];
    for (const [i, gradient] of got.entries()) {
      const difference = await (wanted[i] as tf.Tensor).sub(gradient).abs().max().data();
      assert.ok((difference[0] as number) < 1e-4, `gradient ${i}: ${difference[0]}`);
    }
  });
});

test("a transposed convolution and its gradients are those of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(flat, async (c) => {
      const pad = typeof c.pad === "number" ? Math.min(c.pad, c.kernel[0] - 1) : c.pad;
      const full: [number, number, number, number] = [c.batch, c.height, c.width, c.inner];
      const info = tf.backend_util.computeConv2DInfo(full, [...c.kernel, c.inner, c.outer], c.stride, 1, pad);
      const x = floats([c.batch, info.outHeight, info.outWidth, c.outer], 1);
      const filter = floats([...c.kernel, c.inner, c.outer], 2);
      await assertSameOnBoth(
        (a, b) => tf.conv2dTranspose(a as tf.Tensor4D, b as tf.Tensor4D, full, c.stride, pad),
        [x, filter],
      );
    }),
    { seed: 4, numRuns: 40 },
  );
});

test("a convolution of signals and its gradients are those of tfjs", async () => {
  for (const [pad, step] of [
    ["same", 1],
    ["same", 2],
    ["valid", 3],
  ] as const) {
    await assertSameOnBoth(
      (a, b) => tf.conv1d(a as tf.Tensor3D, b as tf.Tensor3D, step, pad),
      [floats([2, 11, 3], 1), floats([5, 3, 4], 2)],
    );
  }
});

for (const activation of ["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu", "prelu"] as const) {
  test(`a convolution fused with a bias and ${activation} is that of tfjs`, async () => {
    const fused = (...[x, filter, bias, alpha]: tf.Tensor[]) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 2,
        pad: "same",
        bias: bias as tf.Tensor,
        activation,
        ...(activation === "prelu" ? { preluActivationWeights: alpha as tf.Tensor } : {}),
        ...(activation === "leakyrelu" ? { leakyreluAlpha: 0.3 } : {}),
      });
    const [x, filter] = [floats([2, 5, 6, 2], 1), floats([3, 3, 2, 4], 2)];
    for (const biasShape of [[4], [], [1, 1, 4], [3, 3, 4]]) {
      for (const alphaShape of activation === "prelu" ? [[4], [1], [3, 3, 4]] : [[4]]) {
        const alpha = activation === "prelu" ? [floats(alphaShape, 4)] : [];
        await assertSameOnBoth(fused, [x, filter, floats(biasShape, 3), ...alpha], {
          // tfjs has no gradient of a fused bias of more axes than one, nor of prelu within a fused kernel.
          gradient: biasShape.length === 1 && activation === "linear",
        });
      }
    }
  });
}

test("a fused convolution with channels first adds its bias by channel", async () => {
  for (const shape of [[4], [1], []]) {
    await assertSameOnBoth(
      (x, filter, bias) =>
        tf.fused.conv2d({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides: 1,
          pad: "valid",
          dataFormat: "NCHW",
          bias: bias as tf.Tensor,
        }),
      // As many channels as columns: a bias along the wrong axis would fit.
      [floats([2, 4, 6, 6], 1), floats([3, 3, 4, 4], 2), floats(shape, 3)],
      { gradient: false },
    );
  }
});

test("a fused convolution with channels first keeps prelu weights with their channels", async () => {
  for (const shape of [[4], [1], [4, 1, 1], [4, 3, 3]]) {
    await assertSameOnBoth(
      (x, filter, bias, alpha) =>
        tf
          .engine()
          .runKernel("FusedConv2D", { x, filter, bias, preluActivationWeights: alpha } as tf.NamedTensorMap, {
            strides: 1,
            pad: "valid",
            dataFormat: "NCHW",
            dilations: 1,
            activation: "prelu",
          }) as tf.Tensor,
      [floats([2, 2, 5, 5], 1), floats([3, 3, 2, 4], 2), floats([4], 3), floats(shape, 4)],
      { gradient: false },
    );
  }
});
