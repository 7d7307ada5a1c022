// A convolution and its transpose as tfjs programs.
import * as tf from "@tensorflow/tfjs";
import type { LinearProgram } from "./agreement.ts";
import { type Convolution, outputShape } from "./convolution.ts";

/** @param weights `[kernel, kernel, input channels, filters]`, flat: both programs take them in this order */
export function convolutionPrograms(
  convolution: Convolution,
  weights: ArrayLike<number>,
  name = "",
): { readonly forward: LinearProgram; readonly back: LinearProgram } {
  const { input, kernel, filters, stride, padding } = convolution;
  const kernels = () => tf.tensor4d(Array.from(weights), [kernel, kernel, input[2], filters]);
  return {
    forward: {
      name: `convolution${name}`,
      shape: input,
      call: (maps) => tf.conv2d(maps, kernels(), stride, padding),
    },
    back: {
      name: `transposed convolution${name}`,
      shape: outputShape(convolution),
      call: (maps) => tf.conv2dTranspose(maps, kernels(), [maps.shape[0], ...input], stride, padding),
    },
  };
}
