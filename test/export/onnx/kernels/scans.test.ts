// Running sums and products against tfjs-backend-cpu.
import test from "node:test";
import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { assertExported } from "../../../helpers/exported.ts";
import { assertSameOnBoth, bools, floats, ints, type TensorData } from "../../../helpers/kernels.ts";

const setting = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axis: fc.integer({ min: 0, max: shape.length - 1 }),
    exclusive: fc.boolean(),
    reverse: fc.boolean(),
    make: fc.constantFrom<(shape: number[]) => TensorData>(floats, ints, bools),
  }),
);

for (const [name, scan] of Object.entries({ cumsum: tf.cumsum, cumprod: tf.cumprod })) {
  test(`${name} runs along any axis, forward and backward, with and without the element itself`, async () => {
    await fc.assert(
      fc.asyncProperty(setting, async ({ shape, axis, exclusive, reverse, make }) => {
        const run = (x?: tf.Tensor) => scan(x as tf.Tensor, axis, exclusive, reverse);
        // tfjs-core has a gradient for sums only, and a right one for the last axis only.
        const gradient = name === "cumsum" && make === floats && axis === shape.length - 1;
        await assertSameOnBoth(run, [make(shape)], { gradient });
      }),
      { seed: 1, numRuns: 50 },
    );
  });
}

test("zeros and infinities in a running product act from their place on", async () => {
  const x: TensorData = { values: [2, 3, 0, 5, Number.POSITIVE_INFINITY, 1], shape: [6] };
  await assertSameOnBoth((t) => tf.cumprod(t as tf.Tensor), [x], { gradient: false });
});

test("the batch stays free in running sums and products", async () => {
  const programs: Record<string, (x: tf.Tensor) => tf.Tensor | tf.Tensor[]> = {
    cumsum: (x) => tf.cumsum(x, 1),
    cumprod: (x) => tf.cumprod(x, 1, true, true),
  };
  for (const [name, program] of Object.entries(programs)) {
    await assertExported(program, {
      name,
      inputs: [{ name: "x", shape: ["batch", 5] }],
      feeds: (batch) => [floats([batch, 5])],
    });
  }
});
