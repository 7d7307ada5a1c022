// Moving, joining, cutting, repeating and filling: values and gradients against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import {
  assertSameOnBoth,
  bools,
  floats,
  ints,
  onOnnx,
  type Program,
  type TensorData,
} from "../../../helpers/kernels.ts";
import { type Shape, shapes, shapesWithAxes } from "../../../helpers/shapes.ts";

const makers = [floats, ints, bools];

/** Compares a program on tensors of all types; gradients for floats, where tfjs has them. */
async function assertSame(program: Program, inputs: readonly Shape[], gradient = true): Promise<void> {
  for (const make of makers) {
    const data: TensorData[] = inputs.map((shape, i) => make(shape, i + 1));
    await assertSameOnBoth(program, data, { gradient: gradient && make === floats });
  }
}

async function assertSameForAllTypes(program: Program, ...inputs: Shape[]): Promise<void> {
  await assertSame(program, inputs);
}

test("tensors are reshaped, an axis of -1 taking what is left", async () => {
  await fc.assert(
    fc.asyncProperty(shapes(0, 4), fc.nat(), async (shape, n) => {
      const size = tf.util.sizeFromShape([...shape]);
      const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((d) => size % d === 0);
      const first = divisors[n % divisors.length] as number;
      await assertSameForAllTypes(
        (x) => [(x as tf.Tensor).reshape([first, -1]), (x as tf.Tensor).flatten()],
        shape,
      );
    }),
    { seed: 1, numRuns: 10 },
  );
});

test("empty tensors are reshaped to other empty shapes", async () => {
  await assertSameForAllTypes((x) => (x as tf.Tensor).reshape([0, 7]), [4, 0]);
  await assertSameForAllTypes((x) => (x as tf.Tensor).reshape([2, 0]), [0, 4]);
  await assertSameForAllTypes((x) => (x as tf.Tensor).reshape([5, 0, 2]).reshape([0]), [0, 4]);
});

test("axes of size 1 come and go", async () => {
  await fc.assert(
    fc.asyncProperty(shapes(0, 3, 0), fc.nat(), async (shape, n) => {
      const axis = (n % (2 * shape.length + 2)) - shape.length - 1;
      const program: Program = (x) => {
        const wide = (x as tf.Tensor).expandDims(axis);
        return [wide, wide.squeeze([axis]), wide.squeeze()];
      };
      await assertSameForAllTypes(program, shape);
    }),
    { seed: 2, numRuns: 10 },
  );
});

test("axes are permuted in any order", async () => {
  const permutations = shapes(0, 4, 0).chain((shape) => {
    const axes = shape.map((_, i) => i);
    return fc.tuple(fc.constant(shape), fc.shuffledSubarray(axes, { minLength: shape.length }));
  });
  await fc.assert(
    fc.asyncProperty(permutations, async ([shape, permutation]) => {
      await assertSameForAllTypes(
        (x) => [tf.transpose(x as tf.Tensor, permutation), tf.transpose(x as tf.Tensor)],
        shape,
      );
    }),
    { seed: 3, numRuns: 15 },
  );
});

test("tensors are joined along any axis, empty ones, too", async () => {
  await fc.assert(
    fc.asyncProperty(
      shapesWithAxes(),
      fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
      async ({ shape, axes }, sizes) => {
        const axis = axes[0] as number;
        const at = axis < 0 ? axis + shape.length : axis;
        await assertSameForAllTypes(
          (...parts) => tf.concat(parts, axis),
          ...sizes.map((size) => shape.with(at, size)),
        );
      },
    ),
    { seed: 4, numRuns: 15 },
  );
});

test("a join has the type of its first part", async () => {
  const program: Program = (x, y) => [
    tf.concat([x as tf.Tensor, y as tf.Tensor]),
    tf.concat([y as tf.Tensor, x as tf.Tensor]),
  ];
  await assertSameOnBoth(program, [floats([2]), ints([3])], { gradient: false });
});

test("tensors are stacked along a new axis and taken apart again", async () => {
  await fc.assert(
    fc.asyncProperty(shapes(0, 3), fc.nat(), fc.integer({ min: 1, max: 3 }), async (shape, n, count) => {
      const axis = (n % (2 * shape.length + 2)) - shape.length - 1;
      const program: Program = (...parts) => {
        const stacked = tf.stack(parts, axis);
        return [stacked, ...tf.unstack(stacked, axis)];
      };
      // tfjs has no gradient for one part alone.
      await assertSame(program, new Array<Shape>(count).fill(shape), count > 1);
    }),
    { seed: 5, numRuns: 12 },
  );
});

test("slices start and end anywhere, and run to the end where no size is told", async () => {
  const cuts = shapes(1, 4).chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.tuple(...shape.map((size) => fc.tuple(fc.nat(size - 1), fc.nat(size), fc.boolean()))),
    ),
  );
  await fc.assert(
    fc.asyncProperty(cuts, async ([shape, axes]) => {
      const begin = axes.map(([start]) => start);
      const size = axes.map(([start, length, toEnd], i) =>
        toEnd ? -1 : Math.min(length, (shape[i] as number) - start),
      );
      const program: Program = (x) => [
        tf.slice(x as tf.Tensor, begin, size),
        tf.slice(x as tf.Tensor, begin),
        tf.slice(x as tf.Tensor, begin[0] as number, 1),
        tf.slice(x as tf.Tensor, [begin[0] as number], [size[0] as number]),
      ];
      await assertSameForAllTypes(program, shape);
    }),
    { seed: 6, numRuns: 12 },
  );
});

test("tensors are split into equal or given parts, empty ones and one to be found among them", async () => {
  const splits: readonly (number | number[])[] = [1, 2, 4, [1, 3], [0, 4], [2, -1], [1, 0, 3]];
  for (const parts of splits) {
    const gradient = parts !== 1;
    await assertSame((x) => tf.split(x as tf.Tensor, parts, 1), [[2, 4]], gradient);
    await assertSame((x) => tf.split(x as tf.Tensor, parts, -2), [[4, 3]], gradient);
  }
});

test("tensors are repeated along their axes, also no times", async () => {
  const repeats = shapes(0, 3).chain((shape) =>
    fc.tuple(fc.constant(shape), fc.tuple(...shape.map(() => fc.nat(3)))),
  );
  await fc.assert(
    fc.asyncProperty(repeats, async ([shape, times]) => {
      // tfjs has no gradient for 0-d tensors.
      const gradient = shape.length > 0 && !times.includes(0);
      await assertSame((x) => tf.tile(x as tf.Tensor, times), [shape], gradient);
    }),
    { seed: 7, numRuns: 15 },
  );
  await assertSameForAllTypes((x) => tf.broadcastTo(x as tf.Tensor, [4, 2, 3]), [2, 1]);
});

test("tensors are padded with any number, empty ones, too", async () => {
  const paddings = shapes(1, 4, 0).chain((shape) =>
    fc.tuple(fc.constant(shape), fc.tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(2))))),
  );
  await fc.assert(
    fc.asyncProperty(paddings, fc.constantFrom(0, 1, -2.5), async ([shape, pads], value) => {
      for (const make of [floats, ints]) {
        await assertSameOnBoth((x) => tf.pad(x as tf.Tensor, pads, value), [make(shape)], {
          gradient: make === floats,
        });
      }
      await assertSameOnBoth((x) => tf.pad(x as tf.Tensor, pads, value === 0 ? 0 : 1), [bools(shape)], {
        gradient: false,
      });
    }),
    { seed: 8, numRuns: 15 },
  );
});

test("tensors are reversed along any axes", async () => {
  await fc.assert(
    fc.asyncProperty(shapesWithAxes(1, 0), async ({ shape, axes }) => {
      await assertSameForAllTypes(
        (x) => [tf.reverse(x as tf.Tensor, [...axes]), tf.reverse(x as tf.Tensor)],
        shape,
      );
    }),
    { seed: 9, numRuns: 12 },
  );
});

test("constants take any shape and type", async () => {
  const program: Program = () => [
    tf.fill([2, 3], 1.5),
    tf.fill([2], 3, "int32"),
    tf.fill([], 7),
    tf.fill([0, 2], 1),
    tf.fill([2], 1, "bool"),
    tf.engine().runKernel("Fill", {}, { shape: [3], value: true }) as tf.Tensor,
    tf.eye(3),
  ];
  await assertSameOnBoth(program, [], { gradient: false });
  for (const shape of [[2, 3], [], [0, 2]]) {
    await assertSameForAllTypes(
      (x) => [tf.zerosLike(x as tf.Tensor).add(x as tf.Tensor), tf.onesLike(x as tf.Tensor)],
      shape,
    );
  }
});

test("types are converted: floats cut towards zero, everything but zero is true", async () => {
  const program: Program = (x) =>
    (["float32", "int32", "bool"] as const).map((dtype) => tf.cast(x as tf.Tensor, dtype));
  await assertSameForAllTypes(program, [3, 4]);
  await assertSameForAllTypes(program, []);
  await assertSameForAllTypes(program, [0, 2]);
  const values = [0, -0, 0.5, -0.5, 1.9, -1.9, 16777215];
  await assertSameOnBoth(program, [{ values, shape: [values.length] }], { gradient: false });
  await assertSameOnBoth((x) => tf.cast(x as tf.Tensor, "bool"), [{ values: [NaN, Infinity], shape: [2] }], {
    gradient: false,
  });
});

test("complex tensors are reshaped, joined and stacked as their parts are", async () => {
  const moves: readonly ((x: tf.Tensor) => tf.Tensor)[] = [
    (x) => x.reshape([3, 2]),
    (x) => x.expandDims(-1),
    (x) => tf.concat([x, x], 1),
    (x) => tf.concat([x, x], -2),
    (x) => tf.stack([x, x], -1),
    (x) => x.clone(),
    (x) => tf.zerosLike(x),
    (x) => tf.cast(x, x.dtype),
  ];
  // tfjs-backend-cpu loses the shape of reshaped complex tensors.
  const errors = await onOnnx(() => {
    const [re, im] = [tf.randomNormal([2, 3]), tf.randomNormal([2, 3])];
    const z = tf.complex(re, im);
    const parts = moves.flatMap((move) => [
      [tf.real(move(z)), move(re)],
      [tf.imag(move(z)), move(im)],
    ]) as [tf.Tensor, tf.Tensor][];
    parts.push([tf.cast(z, "float32"), re], [tf.cast(z, "int32"), tf.cast(re, "int32")]);
    parts.push([tf.real(tf.onesLike(z)), tf.onesLike(re)], [tf.imag(tf.onesLike(z)), tf.zerosLike(re)]);
    for (const [part, expected] of parts) assert.deepEqual(part.shape, expected.shape);
    const differences = parts.map(([part, expected]) => tf.max(tf.abs(tf.sub(part, expected).toFloat())));
    return tf.stack(differences).array() as Promise<number[]>;
  });
  assert.deepEqual(errors, new Array(errors.length).fill(0));
});

test("a complex number made from infinity has no imaginary part", async () => {
  const parts = await onOnnx(async () => {
    const z = tf.cast(tf.tensor1d([Infinity, -1]), "complex64");
    return [await tf.real(z).array(), await tf.imag(z).array()];
  });
  assert.deepEqual(parts, [
    [Infinity, -1],
    [0, 0],
  ]);
});

test("the gradients of gradients are right", async () => {
  const moves: readonly ((x: tf.Tensor) => tf.Tensor)[] = [
    (x) => x.reshape([4, 3]),
    (x) => x.expandDims(1),
    (x) => x.transpose(),
    (x) => tf.concat([x, x.mul(2)], 1),
    (x) => tf.stack([x, x.mul(2)], 1),
    (x) => tf.addN(tf.unstack(x)),
    (x) => tf.addN(tf.split(x, 2, 1)),
    (x) => tf.slice(x, [1, 1], [2, 2]),
    (x) => tf.tile(x, [2, 3]),
    (x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [0, 2],
        ],
        3,
      ),
    (x) => tf.reverse(x, 1),
  ];
  for (const move of moves) {
    const gradient: Program = (x) => tf.grad((y) => move(y.square()).square())(x as tf.Tensor);
    await assertSameOnBoth(gradient, [floats([3, 4])]);
  }
});
