// Unpooling matrices: what they put where, and what their transposes take.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Matrix } from "ml-matrix";
import { nearestMatrix, switchesOf, switchMatrix } from "../../../train/explain/unpooling.ts";

const times = (matrix: Matrix, vector: readonly number[]) =>
  matrix.mmul(Matrix.columnVector([...vector])).to1DArray();

test("nearest copies each value into its window; its transpose over 4 takes their mean", () => {
  const U = nearestMatrix(2);
  assert.deepEqual(times(U, [1, 2, 3, 4]), [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
  assert.deepEqual(U.transpose().mmul(U).div(4).to2DArray(), Matrix.eye(4).to2DArray());
});

test("switches put each value at its place and take it from there", () => {
  const Pt = switchMatrix(2, [0, 1, 2, 3]);
  assert.deepEqual(times(Pt, [1, 2, 3, 4]), [1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 4]);
  assert.deepEqual(Pt.transpose().mmul(Pt).to2DArray(), Matrix.eye(4).to2DArray());
});

test("a switch is the place of the window's maximum, the first where there are several", () => {
  const picture = [
    [9, 1, 2, 8],
    [3, 5, 6, 4],
    [1, 2, 7, 7],
    [7, 3, 7, 7],
  ];
  assert.deepEqual(switchesOf(picture), [0, 1, 2, 0]);
});
