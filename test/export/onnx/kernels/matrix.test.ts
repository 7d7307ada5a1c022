// Matrix products: values and gradients against tfjs-backend-cpu.
import assert from "node:assert/strict";
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertSameOnBoth, floats, ints, onOnnx, type Program } from "../../../helpers/kernels.ts";

/** A matrix shape as an operand has it before it is transposed. */
const stored = (shape: readonly number[], transposed: boolean) =>
  transposed ? [...shape.slice(0, -2), ...shape.slice(-2).reverse()] : shape;

const product =
  (transposeA: boolean, transposeB: boolean): Program =>
  (a, b) =>
    tf.matMul(a as tf.Tensor, b as tf.Tensor, transposeA, transposeB);

const size = fc.integer({ min: 1, max: 5 });
const inner = fc.tuple(fc.boolean(), fc.boolean(), size, size, size);

for (const batch of [1, 2, 7]) {
  test(`a batch of ${batch} products and their gradients take transposed operands`, async () => {
    await fc.assert(
      fc.asyncProperty(inner, async ([transposeA, transposeB, m, k, n]) => {
        const a = floats(stored([batch, m, k], transposeA), 1);
        const b = floats(stored([batch, k, n], transposeB), 2);
        await assertSameOnBoth(product(transposeA, transposeB), [a, b]);
      }),
      { seed: batch, numRuns: 10 },
    );
  });
}

test("matrices of rank 2, 3 and 4 multiply, batch axes of one operand broadcasting", async () => {
  const batches = fc.constantFrom<[number[], number[]]>(
    [[], []],
    [[3], []],
    [[], [2]],
    [[3], [1]],
    [[1], [3]],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [2, 3],
      [1, 1],
    ],
    [[2, 3], []],
    [
      [1, 1],
      [2, 2],
    ],
  );
  await fc.assert(
    fc.asyncProperty(batches, inner, async ([left, right], [transposeA, transposeB, m, k, n]) => {
      const a = floats(stored([...left, m, k], transposeA), 1);
      const b = floats(stored([...right, k, n], transposeB), 2);
      // tfjs has no gradient for batch axes that broadcast.
      const gradient = left.join() === right.join();
      await assertSameOnBoth(product(transposeA, transposeB), [a, b], { gradient });
    }),
    { seed: 4, numRuns: 30 },
  );
});

test("batch axes of both operands broadcast at once", async () => {
  // Computed product by product: tfjs-backend-cpu counts such batches wrongly.
  const [a, b] = [floats([2, 1, 3, 4], 1), floats([5, 4, 2], 2)];
  const error = await onOnnx(() => {
    const [x, y] = [tf.tensor4d([...a.values], [2, 1, 3, 4]), tf.tensor3d([...b.values], [5, 4, 2])];
    const rows = tf.unstack(x.squeeze([1])).map((left) => {
      const products = tf.unstack(y).map((right) => tf.matMul(left as tf.Tensor2D, right as tf.Tensor2D));
      return tf.stack(products);
    });
    return tf.matMul(x, y).sub(tf.stack(rows)).abs().max().array() as Promise<number>;
  });
  assert.ok(error < 1e-5, `largest difference ${error}`);
});

test("integer products are exact beyond the integers that float32 knows", async () => {
  for (const shape of [
    [3, 4],
    [2, 3, 4],
  ] as const) {
    const back = [...shape.slice(0, -2), 4, 5];
    const data = [ints(shape, 1, -20000, 20000), ints(back, 2, -20000, 20000)];
    await assertSameOnBoth(product(false, false), data, { gradient: false });
  }
});

test("bool matrices multiply to bools", async () => {
  const both = await onOnnx(async () => {
    const result = tf.matMul(tf.tensor2d([1, 1, 0, 0], [2, 2], "bool"), tf.ones([2, 1], "bool"));
    return [result.dtype, Array.from(await result.data())];
  });
  assert.deepEqual(both, ["bool", [1, 0]]);
});

test("empty matrices give empty products, empty inner axes give zeros", async () => {
  for (const [a, b] of [
    [
      [0, 4],
      [4, 5],
    ],
    [
      [3, 0],
      [0, 5],
    ],
    [
      [2, 0, 3],
      [2, 3, 1],
    ],
    [
      [2, 3, 0],
      [2, 0, 2],
    ],
  ] as const) {
    await assertSameOnBoth(product(false, false), [floats(a), floats(b)]);
  }
});

const activations = ["linear", "relu", "relu6", "elu", "sigmoid", "leakyrelu", "prelu"] as const;

test("fused products take every activation, every shape of bias, and have tfjs's gradients", async () => {
  const biases = fc.constantFrom<readonly number[] | undefined>(undefined, [5], [1, 5], [3, 5]);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...activations),
      biases,
      fc.boolean(),
      async (activation, bias, transposeB) => {
        const fused: Program = (a, b, offset, slopes) =>
          tf.fused.matMul({
            a: a as tf.Tensor2D,
            b: b as tf.Tensor2D,
            transposeB,
            activation,
            ...(bias ? { bias: offset as tf.Tensor } : {}),
            ...(activation === "prelu" ? { preluActivationWeights: slopes as tf.Tensor } : {}),
            leakyreluAlpha: 0.3,
          });
        const data = [
          floats([3, 4], 1),
          floats(transposeB ? [5, 4] : [4, 5], 2),
          floats(bias ?? [5], 3),
          floats([5], 4),
        ];
        await assertSameOnBoth(fused, data, { gradient: false });
        // The gradient goes by the unfused kernels, and needs all its inputs to be used.
        if (bias && activation !== "elu" && activation !== "leakyrelu" && activation !== "prelu") {
          await assertSameOnBoth(
            (a, b, offset) => fused(a as tf.Tensor, b as tf.Tensor, offset as tf.Tensor),
            data.slice(0, 3),
          );
        }
      },
    ),
    { seed: 5, numRuns: 40 },
  );
});

test("fused products of batches add a scalar, a row or a column", async () => {
  for (const bias of [[], [1], [5], [1, 5], [3, 1], [2, 1, 5]]) {
    const fused: Program = (a, b, offset) =>
      tf.fused.matMul({
        a: a as tf.Tensor3D,
        b: b as tf.Tensor3D,
        bias: offset as tf.Tensor,
        activation: "relu",
      });
    for (const lead of [[], [2]]) {
      if (bias.length > lead.length + 2) continue;
      await assertSameOnBoth(
        fused,
        [floats([...lead, 3, 4], 1), floats([...lead, 4, 5], 2), floats(bias, 3)],
        {
          gradient: false,
        },
      );
    }
  }
});

test("sums of products follow Einstein's notation", async () => {
  const equations: readonly [string, ...number[][]][] = [
    ["ij,jk->ik", [2, 3], [3, 4]],
    ["bij,bjk->bik", [2, 3, 4], [2, 4, 5]],
    ["bij,kj->bik", [2, 3, 4], [5, 4]],
    ["ij->ji", [2, 3]],
    ["ij->i", [2, 3]],
    ["ij->", [2, 3]],
    ["i,j->ij", [2], [3]],
    ["ij,ij->", [2, 3], [2, 3]],
    [" i , i -> i ", [3], [3]],
  ];
  for (const [equation, ...shapes] of equations) {
    for (const make of [floats, ints]) {
      const data = shapes.map((shape, i) => make(shape, i + 1));
      await assertSameOnBoth((...x) => tf.einsum(equation, ...x), data, { gradient: false });
    }
  }
});

test("dot and outer products are matrix products", async () => {
  const program: Program = (x, y) => [
    tf.dot(x as tf.Tensor, y as tf.Tensor),
    tf.outerProduct(x as tf.Tensor1D, y as tf.Tensor1D),
  ];
  await assertSameOnBoth(program, [floats([4], 1), floats([4], 2)]);
});

test("the gradients of a product's gradients are right", async () => {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const multiply = product(transposeA, transposeB);
      const gradients: Program = (a, b) =>
        tf.grads((x, y) => (multiply(x, y) as tf.Tensor).square())([a as tf.Tensor, b as tf.Tensor]);
      await assertSameOnBoth(gradients, [
        floats(stored([2, 3, 4], transposeA), 1),
        floats(stored([2, 4, 2], transposeB), 2),
      ]);
    }
  }
});
