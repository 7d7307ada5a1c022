// Tensors of known content whose shape follows free dimensions.
import assert from "node:assert/strict";
import test from "node:test";
import { progressionOf, repeatedPart, type Table } from "../../../../export/onnx/free/tables.ts";

const lengths = [5, 6, 9];

/** One table per length, filled by a function of the position. */
function tables(shape: (n: number) => number[], content: (index: number[]) => number): Table[] {
  return lengths.map((n) => {
    const dims = shape(n);
    const size = dims.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: size }, (_, flat) => {
      let rest = flat;
      const index = dims.toReversed().map((dim) => {
        const at = rest % dim;
        rest = Math.floor(rest / dim);
        return at;
      });
      return content(index.reverse());
    });
    return { shape: dims, data };
  });
}

test("a row that is repeated for every item is found, with length 1 on the free axis", () => {
  const part = repeatedPart(
    tables(
      (n) => [n, 3],
      ([, column]) => 10 + (column as number),
    ),
  );
  assert.deepEqual(part, { shape: [1, 3], data: Float32Array.of(10, 11, 12) });
});

test("the free axis may be an inner one", () => {
  const part = repeatedPart(
    tables(
      (n) => [2, n, 2],
      ([a, , c]) => (a as number) * 2 + (c as number),
    ),
  );
  assert.deepEqual(part, { shape: [2, 1, 2], data: Float32Array.of(0, 1, 2, 3) });
});

test("one number everywhere is a scalar", () => {
  const part = repeatedPart(
    tables(
      (n) => [n, 4],
      () => -1,
    ),
  );
  assert.deepEqual(part, { shape: [], data: Float32Array.of(-1) });
});

test("content that changes along the free axis, or between traces, is not repeated", () => {
  const diagonal = tables(
    (n) => [n, n],
    ([a, b]) => (a === b ? 1 : 0),
  );
  assert.equal(repeatedPart(diagonal), undefined);
  const [first, second, third] = tables(
    (n) => [n],
    () => 1,
  ) as [Table, Table, Table];
  assert.equal(
    repeatedPart([first, second, { shape: third.shape, data: new Float32Array(9).fill(2) }]),
    undefined,
  );
});

test("a count is found with its start and step", () => {
  const count = tables(
    (n) => [n],
    ([i]) => 3 + 2 * (i as number),
  );
  assert.deepEqual(progressionOf(count), { start: 3, step: 2 });
});

test("squares, and counts on several axes, are no count", () => {
  assert.equal(
    progressionOf(
      tables(
        (n) => [n],
        ([i]) => (i as number) ** 2,
      ),
    ),
    undefined,
  );
  assert.equal(
    progressionOf(
      tables(
        (n) => [n, 1],
        ([i]) => i as number,
      ),
    ),
    undefined,
  );
});
