// Moving blocks of pixels between space, depth and batch, against tfjs-backend-cpu.
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertExported } from "../../../helpers/exported.ts";
import { assertSameOnBoth, floats } from "../../../helpers/kernels.ts";

const batch = fc.constantFrom(1, 2, 7);
const small = fc.integer({ min: 1, max: 3 });

test("depth becomes space", async () => {
  await fc.assert(
    fc.asyncProperty(batch, small, small, small, fc.constantFrom(2, 3), async (n, h, w, c, block) => {
      const x = floats([n, h, w, c * block * block]);
      await assertSameOnBoth((t) => tf.depthToSpace(t as tf.Tensor4D, block), [x], { gradient: false });
    }),
    { seed: 1, numRuns: 25 },
  );
});

const blocked = fc.record({
  n: batch,
  block: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 }),
  cells: fc.tuple(small, small),
  before: fc.tuple(fc.nat(2), fc.nat(2)),
  inner: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 1 }),
});

test("space becomes batch after padding, values and gradients", async () => {
  await fc.assert(
    fc.asyncProperty(blocked, async ({ n, block, cells, before, inner }) => {
      const paddings: [number, number][] = block.map((size, i) => {
        const rest = (size - ((cells[i as 0 | 1] + before[i as 0 | 1]) % size)) % size;
        return [before[i as 0 | 1], rest];
      });
      const x = floats([n, ...cells.slice(0, block.length), ...inner]);
      await assertSameOnBoth((t) => tf.spaceToBatchND(t, block, paddings), [x]);
    }),
    { seed: 2, numRuns: 30 },
  );
});

test("batch becomes space before cropping, values and gradients", async () => {
  await fc.assert(
    fc.asyncProperty(blocked, fc.tuple(fc.nat(1), fc.nat(1)), async ({ n, block, cells, inner }, cut) => {
      const crops = block.map((size, i) => {
        const room = size * cells[i as 0 | 1] - 1;
        const first = Math.min(cut[0], room);
        return [first, Math.min(cut[1], room - first)];
      });
      const images = n * block.reduce((a, b) => a * b, 1);
      const x = floats([images, ...cells.slice(0, block.length), ...inner]);
      await assertSameOnBoth((t) => tf.batchToSpaceND(t, block, crops), [x]);
    }),
    { seed: 3, numRuns: 30 },
  );
});

test("a dilated convolution, which tfjs computes through batches, comes out right", async () => {
  await assertSameOnBoth(
    (x) => tf.pool(x as tf.Tensor4D, [2, 2], "max", "same", [2, 2]),
    [floats([2, 5, 6, 3])],
    { gradient: false },
  );
});

test("the batch stays free where blocks move", async () => {
  const programs: Record<string, (x: tf.Tensor4D) => tf.Tensor> = {
    "depth to space": (x) => tf.depthToSpace(x, 2),
    "space to batch and back": (x) =>
      tf.batchToSpaceND(
        tf
          .spaceToBatchND(
            x,
            [2, 3],
            [
              [0, 0],
              [1, 0],
            ],
          )
          .square(),
        [2, 3],
        [
          [0, 1],
          [1, 0],
        ],
      ),
  };
  for (const [name, program] of Object.entries(programs)) {
    await assertExported((x: tf.Tensor) => program(x as tf.Tensor4D), {
      name,
      inputs: [{ name: "x", shape: ["batch", 4, 5, 4] }],
      feeds: (batch) => [floats([batch, 4, 5, 4])],
    });
  }
});
