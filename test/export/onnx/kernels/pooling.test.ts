// Pooling and its gradients against tfjs-backend-cpu, and against plain arithmetic where that is known to err.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertSameOnBoth, floats, ints, onOnnx, type TensorData } from "../../../helpers/kernels.ts";

type Padding = "same" | "valid" | number;

const small = fc.integer({ min: 1, max: 3 });
const size = fc.integer({ min: 3, max: 9 });
const flat = fc
  .record({
    batch: fc.constantFrom(1, 2, 7),
    height: size,
    width: size,
    kernel: fc.tuple(small, small),
    stride: fc.tuple(small, small),
    channels: fc.integer({ min: 1, max: 4 }),
    pad: fc.constantFrom<Padding>("same", "valid", 0, 1),
  })
  // tfjs derives both output sizes of a numeric padding from the height's kernel and stride, which can give windows
  // that read nothing but padding; so can padding as wide as the kernel.
  .filter(({ kernel: [h, w], stride: [down, across], pad }) => {
    return typeof pad === "string" || (h === w && down === across && pad < h);
  });

const extent = fc.integer({ min: 3, max: 5 });
const volumes = fc
  .record({
    batch: fc.constantFrom(1, 2, 7),
    size: fc.tuple(extent, extent, extent),
    // tfjs-backend-cpu finds wrong positions in windows that are not as wide as high.
    kernel: fc.tuple(small, small).map(([depth, side]): [number, number, number] => [depth, side, side]),
    stride: fc.tuple(small, small, small),
    channels: fc.integer({ min: 1, max: 3 }),
    pad: fc.constantFrom<"same" | "valid">("same", "valid"),
  })
  // tfjs-core's 'same' padding is wrong for strides larger than the kernel.
  .filter(({ kernel, stride, pad }) => pad === "valid" || kernel.every((k, i) => k >= (stride[i] as number)));

/** Few different values, so that most windows hold their maximum more than once. */
function tied(shape: readonly number[]): TensorData {
  return { values: ints(shape, 3, 0, 3).values, shape };
}

/** Ones where windows of these sizes and paddings read no padding are all there is. */
const readsNoPadding = ({ pad }: { pad: Padding }) => pad === "valid" || pad === 0;

test("maximum pooling of any geometry and its gradient are those of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(flat, async (c) => {
      const x = floats([c.batch, c.height, c.width, c.channels], 1);
      await assertSameOnBoth((a) => tf.maxPool(a as tf.Tensor4D, c.kernel, c.stride, c.pad), [x]);
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("of equal maxima the first takes the gradient, as in tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(flat, async (c) => {
      const x = tied([c.batch, c.height, c.width, c.channels]);
      await assertSameOnBoth((a) => tf.maxPool(a as tf.Tensor4D, c.kernel, c.stride, c.pad), [x]);
    }),
    { seed: 2, numRuns: 30 },
  );
});

test("average pooling of any geometry is that of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(flat, async (c) => {
      const x = floats([c.batch, c.height, c.width, c.channels], 1);
      await assertSameOnBoth((a) => tf.avgPool(a as tf.Tensor4D, c.kernel, c.stride, c.pad), [x], {
        gradient: readsNoPadding(c),
      });
    }),
    { seed: 3, numRuns: 50 },
  );
});

test("rounding up and wide padding give the windows that they give in tfjs", async () => {
  for (const [height, width, kernel, step, pad] of [
    [8, 8, 3, 2, 0],
    [7, 9, 3, 3, 1],
    [5, 6, 2, 2, 0],
    [9, 9, 2, 3, 0],
  ] as const) {
    for (const mode of ["ceil", "round", "floor"] as const) {
      for (const pool of [tf.maxPool, tf.avgPool]) {
        await assertSameOnBoth(
          (a) => pool(a as tf.Tensor4D, kernel, step, pad, mode),
          [floats([2, height, width, 2], 1)],
          { gradient: false },
        );
      }
    }
  }
});

/** The gradient of sum(w·f(x)) by differences: f is linear, or near x as good as. */
async function differences(
  f: (x: tf.Tensor4D) => tf.Tensor,
  x: tf.Tensor4D,
  w: tf.Tensor,
): Promise<number[]> {
  const values = await x.data();
  const total = async (changed: Float32Array) =>
    (await f(tf.tensor4d(changed, x.shape)).mul(w).sum().data())[0] as number;
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const [up, down] = [0.5, -0.5].map((step) => {
      const changed = Float32Array.from(values);
      changed[i] = (changed[i] as number) + step;
      return changed;
    }) as [Float32Array, Float32Array];
    slopes.push((await total(up)) - (await total(down)));
  }
  return slopes;
}

test("the gradient of average pooling leaves padding out, which tfjs-backend-cpu counts", async () => {
  await onOnnx(async () => {
    const x = tf.tensor4d([...floats([1, 4, 5, 1], 1).values], [1, 4, 5, 1]);
    for (const [kernel, step, pad] of [
      [3, 1, "same"],
      [3, 2, "same"],
      [2, 2, "same"],
      [3, 2, 1],
    ] as const) {
      const f = (a: tf.Tensor4D) => tf.avgPool(a, kernel, step, pad);
      const { shape } = f(x);
      const w = tf.tensor([...floats(shape, 9, 0.5, 1.5).values], shape);
      const gradient = await tf
        .grad((a) =>
          f(a as tf.Tensor4D)
            .mul(w)
            .sum(),
        )(x)
        .data();
      const slopes = await differences(f, x, w);
      slopes.forEach((slope, i) => {
        assert.ok(Math.abs(slope - (gradient[i] as number)) < 1e-4, `element ${i}: ${slope}, ${gradient[i]}`);
      });
    }
  });
});

test("windows added by rounding up count in the gradients, too, which tfjs itself forgets", async () => {
  await onOnnx(async () => {
    const x = tf.randomNormal<tf.Rank.R4>([2, 8, 8, 3], 0, 1, "float32", 1);
    for (const [pool, filler, kernel, step] of [
      [tf.maxPool, -100, 3, 2],
      [tf.maxPool, -100, 2, 3],
    ] as const) {
      const up = tf.grad((a) =>
        pool(a as tf.Tensor4D, kernel, step, 0, "ceil")
          .square()
          .sum(),
      )(x);
      const padded = tf.grad((a) => {
        const wide = tf.pad(
          a as tf.Tensor4D,
          [
            [0, 0],
            [0, 1],
            [0, 1],
            [0, 0],
          ],
          filler,
        );
        return pool(wide, kernel, step, "valid").square().sum();
      })(x);
      const difference = (await up.sub(padded).abs().max().data())[0] as number;
      assert.ok(difference < 1e-5, `kernel ${kernel}: ${difference}`);
    }
  });
});

test("whole numbers and booleans keep their type", async () => {
  const bits: TensorData = { values: [1, 0, 0, 0, 0, 0, 0, 0], shape: [1, 2, 4, 1], dtype: "bool" };
  const values = { gradient: false };
  await assertSameOnBoth((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "same"), [ints([2, 5, 5, 2])], values);
  await assertSameOnBoth((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "same"), [bits], values);
});

test("pooling over the whole image has the gradient of tfjs", async () => {
  for (const pool of [tf.maxPool, tf.avgPool]) {
    await assertSameOnBoth((x) => pool(x as tf.Tensor4D, 7, 7, "valid"), [floats([3, 7, 7, 4], 1)]);
  }
});

test("maxima and their positions are those of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(flat, fc.boolean(), async (c, includeBatchInIndex) => {
      await assertSameOnBoth(
        (a) => {
          const { result, indexes } = tf.maxPoolWithArgmax(
            a as tf.Tensor4D,
            c.kernel,
            c.stride,
            c.pad,
            includeBatchInIndex,
          );
          return [result as tf.Tensor, indexes as tf.Tensor];
        },
        [tied([c.batch, c.height, c.width, c.channels])],
        { gradient: false },
      );
    }),
    { seed: 4, numRuns: 30 },
  );
});

test("maximum pooling of volumes and its gradient, also for equal maxima, are those of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(volumes, fc.constantFrom(tied, floats), async (c, make) => {
      await assertSameOnBoth(
        (x) => tf.maxPool3d(x as tf.Tensor5D, c.kernel, c.stride, c.pad),
        [make([c.batch, ...c.size, c.channels])],
      );
    }),
    { seed: 5, numRuns: 40 },
  );
});

test("average pooling of volumes is that of tfjs", async () => {
  await fc.assert(
    fc.asyncProperty(volumes, async (c) => {
      await assertSameOnBoth(
        (x) => tf.avgPool3d(x as tf.Tensor5D, c.kernel, c.stride, c.pad),
        [floats([c.batch, ...c.size, c.channels])],
        { gradient: readsNoPadding(c) },
      );
    }),
    { seed: 6, numRuns: 30 },
  );
});

test("windows wider than high find their maxima in volumes, where tfjs-backend-cpu errs", async () => {
  await onOnnx(async () => {
    const x = tf.randomNormal<tf.Rank.R5>([2, 2, 4, 6, 2], 0, 1, "float32", 1);
    const dx = tf.grad((a) => tf.maxPool3d(a as tf.Tensor5D, [1, 2, 3], [1, 2, 3], "valid").sum())(x);
    // Each window gives 1 to its maximum.
    const maxima = tf.maxPool3d(x, [1, 2, 3], [1, 2, 3], "valid");
    const [taken, wanted] = [dx.mul(x).sum(), maxima.sum()];
    assert.ok(Math.abs(((await taken.data())[0] as number) - ((await wanted.data())[0] as number)) < 1e-4);
    assert.equal((await dx.sum().data())[0], 2 * 2 * 2 * 2 * 2);
  });
});
