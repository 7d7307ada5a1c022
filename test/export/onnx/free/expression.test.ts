// How a number follows free dimensions, found from its values.
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  type Expression,
  fit,
  type Sizes,
  showExpression,
  traceSizes,
} from "../../../../export/onnx/free/expression.ts";

const names = ["batch", "height", "width"];
const dimensions = names.map((name, i) => ({ name, isLeading: i === 0 }));
const sizes = traceSizes(dimensions);

function valueAt({ factor, dimensions: names, offset }: Expression, size: Sizes): number {
  return names.reduce((product, name) => product * (size[name] as number), factor) + offset;
}

test("every expression is found again from its values in the traces", () => {
  const expressions = fc.record({
    factor: fc.integer({ min: -50, max: 50 }).filter((factor) => factor !== 0),
    dimensions: fc.subarray(names, { minLength: 1 }),
    offset: fc.integer({ min: -1000, max: 1000 }),
  });
  fc.assert(
    fc.property(expressions, (expression) => {
      const found = fit(
        sizes.map((size) => valueAt(expression, size)),
        sizes,
      );
      assert.deepEqual(found, { ...expression });
    }),
  );
});

test("a number that is the same in all traces follows nothing", () => {
  assert.deepEqual(
    fit(
      sizes.map(() => 12),
      sizes,
    ),
    { factor: 0, dimensions: [], offset: 12 },
  );
});

const simple: Readonly<Record<string, (size: Record<string, number>) => number>> = {
  "half of it": ({ height = 0 }) => height / 2,
  "half of it, rounded": ({ height = 0 }) => Math.floor(height / 2),
  "whether it is odd": ({ height = 0 }) => height % 2,
  "its remainder by 7": ({ height = 0 }) => height % 7,
  "its square root": ({ batch = 0 }) => Math.sqrt(batch),
  "a sum of two": ({ height = 0, width = 0 }) => height + width,
};

for (const [what, compute] of Object.entries(simple)) {
  test(`${what} is no expression`, () => {
    assert.equal(
      fit(
        sizes.map((size) => compute({ ...size })),
        sizes,
      ),
      undefined,
    );
  });
}

test("an inner dimension is traced at every remainder of small strides", () => {
  for (const stride of [2, 3, 4, 5, 6, 7]) {
    const remainders = new Set(sizes.map(({ height = 0 }) => height % stride));
    assert.equal(remainders.size, stride);
  }
});

test("without free dimensions there are still two traces", () => {
  assert.deepEqual(traceSizes([]), [{}, {}]);
});

test("expressions are shown as a person writes them", () => {
  const show = (factor: number, dimensions: string[], offset: number) =>
    showExpression({ factor, dimensions, offset });
  assert.equal(show(0, [], 7), 7);
  assert.equal(show(1, ["batch"], 0), "batch");
  assert.equal(show(4, ["batch", "time"], 0), "4*batch*time");
  assert.equal(show(1, ["batch"], 1), "batch+1");
  assert.equal(show(2, ["batch"], -3), "2*batch-3");
});
