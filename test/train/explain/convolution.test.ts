// Convolutions as matrices, against hand-written ones and against tfjs.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs";
import { Matrix } from "ml-matrix";
import { type Convolution, convolutionMatrix, outputShape } from "../../../train/explain/convolution.ts";
import { onCpu } from "../../helpers/kernels.ts";

const wave = (length: number, step: number) => Array.from({ length }, (_, i) => Math.sin(step * (i + 1)));

test("a row holds the kernel where its output looks", () => {
  const convolution = { input: [3, 3, 1], kernel: 2, filters: 1, stride: 1, padding: "valid" } as const;
  assert.deepEqual(convolutionMatrix(convolution, [1, 2, 3, 4]).to2DArray(), [
    [1, 2, 0, 3, 4, 0, 0, 0, 0],
    [0, 1, 2, 0, 3, 4, 0, 0, 0],
    [0, 0, 0, 1, 2, 0, 3, 4, 0],
    [0, 0, 0, 0, 1, 2, 0, 3, 4],
  ]);
});

test("with stride 2 and padding, what lies outside of the input is left out", () => {
  const convolution = { input: [3, 3, 1], kernel: 3, filters: 1, stride: 2, padding: "same" } as const;
  assert.deepEqual(convolutionMatrix(convolution, [1, 2, 3, 4, 5, 6, 7, 8, 9]).to2DArray(), [
    [5, 6, 0, 8, 9, 0, 0, 0, 0],
    [0, 4, 5, 0, 7, 8, 0, 0, 0],
    [0, 0, 0, 2, 3, 0, 5, 6, 0],
    [0, 0, 0, 0, 1, 2, 0, 4, 5],
  ]);
});

test("X·x is tfjs's convolution and Xᵀ·y its transposed one, whatever the sizes", async () => {
  const cases: Convolution[] = [];
  for (const padding of ["valid", "same"] as const)
    for (const stride of [1, 2, 3])
      for (const kernel of [1, 2, 3, 4])
        cases.push({ input: [5, 4, 2], kernel, filters: 3, stride, padding });
  await onCpu(() => {
    for (const convolution of cases) {
      const { input, kernel, filters, stride, padding } = convolution;
      const says = JSON.stringify(convolution);
      const weights = wave(kernel * kernel * input[2] * filters, 0.7);
      const X = convolutionMatrix(convolution, weights);
      const output = outputShape(convolution);
      const [x, y] = [wave(X.columns, 1.3), wave(X.rows, 1.9)];
      tf.tidy(() => {
        const kernels = tf.tensor4d(weights, [kernel, kernel, input[2], filters]);
        const forward = tf.conv2d(tf.tensor4d(x, [1, ...input]), kernels, stride, padding);
        assert.deepEqual(forward.shape, [1, ...output], says);
        assertClose(X.mmul(Matrix.columnVector(x)).to1DArray(), forward.dataSync(), says);
        const back = tf.conv2dTranspose(
          tf.tensor4d(y, [1, ...output]),
          kernels,
          [1, ...input],
          stride,
          padding,
        );
        assertClose(X.transpose().mmul(Matrix.columnVector(y)).to1DArray(), back.dataSync(), says);
      });
    }
  });
});

function assertClose(found: readonly number[], wanted: ArrayLike<number>, says: string): void {
  assert.equal(found.length, wanted.length, says);
  for (const [i, value] of found.entries())
    assert.ok(Math.abs(value - (wanted[i] as number)) < 1e-5, `${says}: ${value} and ${wanted[i]} at ${i}`);
}
