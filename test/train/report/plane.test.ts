// The plane of largest variance against a singular value decomposition.
import assert from "node:assert/strict";
import test from "node:test";
import { Matrix, SVD } from "ml-matrix";
import { projectOnPlane } from "../../../train/report/plane.ts";
import { floats } from "../../helpers/kernels.ts";

/** Rows whose numbers vary less and less. */
function codes(rows: number, size: number): Float32Array {
  const { values } = floats([rows, size], 3);
  return Float32Array.from(values, (value, i) => value * 0.8 ** (i % size) + 5);
}

for (const size of [2, 3, 40]) {
  test(`of codes of ${size} numbers it has the coordinates that a decomposition has, but for their sign`, () => {
    const rows = 60;
    const x = codes(rows, size);
    const matrix = Matrix.from1DArray(rows, size, x);
    const centred = matrix.subRowVector(matrix.mean("column"));
    const wanted = centred.mmul(new SVD(centred).rightSingularVectors);
    const plane = projectOnPlane(x, size);
    for (const axis of [0, 1]) {
      const sign = Math.sign((plane[axis] as number) * wanted.get(0, axis));
      for (let i = 0; i < rows; i++) {
        const difference = (plane[2 * i + axis] as number) - sign * wanted.get(i, axis);
        assert.ok(Math.abs(difference) < 2e-2, `row ${i}, axis ${axis}: off by ${difference}`);
      }
    }
  });
}

test("codes that are all the same lie in one point", () => {
  assert.deepEqual([...projectOnPlane(new Float32Array(12).fill(3), 4)], [0, 0, 0, 0, 0, 0]);
});
