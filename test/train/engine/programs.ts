// Programs whose values and gradients every engine must compute as tfjs-backend-cpu does.
import * as tf from "@tensorflow/tfjs";
import { floats, type Program, type TensorData } from "../../helpers/kernels.ts";
import { upsampleByDefinition } from "./models.ts";

export interface ProgramCase {
  readonly name: string;
  readonly inputs: readonly TensorData[];
  readonly program: Program;
  /** What tfjs-backend-cpu is to run instead, where it has the program's gradient wrong. */
  readonly reference?: Program;
}

const images = floats([3, 6, 6, 2], 1);

const unary = (name: string, program: (x: tf.Tensor) => tf.Tensor, low = -2, high = 2): ProgramCase => ({
  ...{ name, inputs: [floats([4, 5], 3, low, high)], program: (x) => program(x as tf.Tensor) },
});

export const programs: readonly ProgramCase[] = [
  unary("relu", tf.relu),
  unary("sigmoid", tf.sigmoid),
  unary("tanh", tf.tanh),
  unary("elu", tf.elu),
  unary("softmax", (x) => tf.softmax(x)),
  unary("square root and logarithm", (x) => tf.log(tf.sqrt(x)), 0.2, 3),
  unary("mean over an axis", (x) => tf.mean(x, 0)),
  {
    name: "a dense layer",
    inputs: [floats([5, 7], 1), floats([7, 3], 2), floats([3], 3)],
    program: (x, w, b) => tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b as tf.Tensor),
  },
  {
    name: "a transposed matrix product",
    inputs: [floats([5, 7], 1), floats([3, 7], 2)],
    program: (x, w) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D, false, true),
  },
  {
    name: "a convolution",
    inputs: [images, floats([3, 3, 2, 4], 2)],
    program: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
  },
  {
    name: "a strided convolution",
    inputs: [images, floats([3, 3, 2, 4], 2)],
    program: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "same"),
  },
  {
    name: "a strided transposed convolution",
    inputs: [images, floats([3, 3, 3, 2], 2)],
    program: (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [3, 12, 12, 3], 2, "same"),
  },
  {
    name: "max pooling",
    inputs: [images],
    program: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"),
  },
  {
    name: "average pooling",
    inputs: [images],
    program: (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, "valid"),
  },
  {
    name: "nearest upsampling of a batch",
    inputs: [images],
    program: (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [12, 12]),
    reference: (x) => upsampleByDefinition(x as tf.Tensor4D),
  },
  {
    name: "batch normalization",
    inputs: [floats([6, 4], 1), ...[2, 3, 4].map((seed) => floats([4], seed)), floats([4], 5, 0.5, 2)],
    program: (x, mean, offset, scale, variance) =>
      tf.batchNorm(
        x as tf.Tensor2D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
      ),
  },
  {
    name: "the mean squared error",
    inputs: [floats([4, 6], 1), floats([4, 6], 2)],
    program: (x, y) => tf.losses.meanSquaredError(x as tf.Tensor, y as tf.Tensor),
  },
];
