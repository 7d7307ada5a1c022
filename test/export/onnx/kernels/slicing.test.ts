// Strided slices, reversal and mirrored borders, against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertExported } from "../../../helpers/exported.ts";
import { assertSameOnBoth, bools, floats, ints, onOnnx, type TensorData } from "../../../helpers/kernels.ts";

const type = fc.constantFrom<(shape: number[]) => TensorData>(floats, ints, bools);
const dims = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });

/** Whether tfjs itself accepts the program. */
function isAccepted(program: () => tf.Tensor): boolean {
  try {
    tf.tidy(() => void program());
    return true;
  } catch {
    return false;
  }
}

test("strided slices with all their masks give what tfjs-backend-cpu gives", async () => {
  const setting = dims.chain((shape) => {
    const each = (one: fc.Arbitrary<number>) =>
      fc.array(one, { minLength: shape.length, maxLength: shape.length });
    const mask = fc.nat(2 ** shape.length - 1);
    return fc.record({
      shape: fc.constant(shape),
      make: type,
      begin: each(fc.integer({ min: -7, max: 7 })),
      end: each(fc.integer({ min: -7, max: 7 })),
      strides: each(fc.constantFrom(1, 1, 2, 3, -1, -2)),
      masks: fc.tuple(
        mask,
        mask,
        fc.constantFrom(0, 1, 2),
        fc.constantFrom(0, 0, 1, 2),
        fc.constantFrom(0, 0, 1, 2),
      ),
    });
  });
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      setting,
      async ({ shape, make, begin, end, strides, masks: [b, e, ellipsis, newAxis, shrink] }) => {
        const x = make(shape);
        // tfjs-backend-cpu takes the wrong elements where an axis is dropped and another has a stride.
        const masks = [b, e, ellipsis, newAxis, strides.every((stride) => stride === 1) ? shrink : 0];
        const slice = (t?: tf.Tensor) => tf.stridedSlice(t as tf.Tensor, begin, end, strides, ...masks);
        await tf.setBackend("cpu");
        fc.pre(isAccepted(() => slice(tf.tensor([...x.values], [...x.shape], x.dtype ?? "float32"))));
        compared++;
        await assertSameOnBoth(slice, [x], { gradient: false });
      },
    ),
    { seed: 1, numRuns: 120 },
  );
  assert.ok(compared >= 60, `only ${compared} slices were compared`);
});

test("an axis is dropped while another is taken in steps", async () => {
  const x = [0, 1, 2, 3].map((row) => [0, 1, 2].map((column) => 10 * row + column));
  const column = await onOnnx(() => tf.stridedSlice(x, [3, 1], [0, 2], [-2, 1], 0, 0, 0, 0, 2).array());
  assert.deepEqual(column, [31, 11]);
});

test("tensors are reversed along any axes, values and gradients", async () => {
  await fc.assert(
    fc.asyncProperty(dims, type, fc.nat(15), async (shape, make, mask) => {
      const axes = shape.flatMap((_, i) => (mask & (1 << i) ? [i] : []));
      await assertSameOnBoth((x) => tf.reverse(x as tf.Tensor, axes), [make(shape)], {
        gradient: make === floats,
      });
    }),
    { seed: 2, numRuns: 30 },
  );
});

for (const mode of ["reflect", "symmetric"] as const) {
  test(`borders mirror the inside (${mode}), values and gradients`, async () => {
    const setting = dims.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        make: type,
        paddings: fc.tuple(
          ...shape.map((length) => {
            const amount = fc.nat(mode === "reflect" ? length - 1 : length);
            return fc.tuple(amount, amount);
          }),
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(setting, async ({ shape, make, paddings }) => {
        await assertSameOnBoth(
          (x) => tf.mirrorPad(x as tf.Tensor, paddings as [number, number][], mode),
          [make(shape)],
          { gradient: make === floats },
        );
      }),
      { seed: 3, numRuns: 40 },
    );
  });
}

test("the batch stays free where it is cut, reversed and mirrored", async () => {
  const programs: Record<string, (x: tf.Tensor) => tf.Tensor | tf.Tensor[]> = {
    "every other row, backwards": (x) => tf.stridedSlice(x, [0, 4], [0, 0], [2, -1], 1, 1),
    "all rows, backwards": (x) => tf.stridedSlice(x, [0, 0], [0, 2], [-1, 1], 1, 1),
    reverse: (x) => tf.reverse(x, [0, 1]),
    reflect: (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [2, 1],
        ],
        "reflect",
      ),
    symmetric: (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 1],
          [2, 1],
        ],
        "symmetric",
      ),
  };
  for (const [name, program] of Object.entries(programs)) {
    await assertExported(program, {
      name,
      inputs: [{ name: "x", shape: ["batch", 5] }],
      feeds: (batch) => [floats([batch, 5])],
    });
  }
});
