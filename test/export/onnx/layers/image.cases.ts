// Convolution, pooling, padding, normalization and image preprocessing layers.
import * as tf from "@tensorflow/tfjs";
import { called, type LayerCase, type LayerCases, on } from "./case.ts";

const signal = [9, 3];
const image = [7, 6, 3];
const volume = [4, 5, 6, 2];
const paddings = ["valid", "same"] as const;

const pool1d = (make: (args: object) => tf.layers.Layer): Readonly<Record<string, LayerCase>> =>
  Object.fromEntries(
    paddings.map((padding) => [padding, on(signal, () => make({ poolSize: 2, strides: 2, padding }))]),
  );
const pool2d = (make: (args: object) => tf.layers.Layer): Readonly<Record<string, LayerCase>> => ({
  ...Object.fromEntries(
    paddings.map((padding) => [padding, on(image, () => make({ poolSize: [3, 2], strides: 2, padding }))]),
  ),
});
const pool3d = (make: (args: object) => tf.layers.Layer): Readonly<Record<string, LayerCase>> =>
  Object.fromEntries(
    paddings.map((padding) => [padding, on(volume, () => make({ poolSize: 2, strides: 2, padding }))]),
  );

export const image2d: LayerCases = {
  conv1d: {
    "same, strided": on(signal, () =>
      tf.layers.conv1d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
    ),
    dilated: on(signal, () =>
      tf.layers.conv1d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: "same" }),
    ),
  },
  conv2d: {
    valid: on(image, () => tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" })),
    "same, strided": on(image, () =>
      tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", activation: "tanh" }),
    ),
    dilated: on(image, () => tf.layers.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2 })),
    "channels first, without bias": on([3, 7, 6], () =>
      tf.layers.conv2d({ filters: 4, kernelSize: 3, dataFormat: "channelsFirst", useBias: false }),
    ),
  },
  conv3d: {
    "same, strided": on(volume, () =>
      tf.layers.conv3d({ filters: 3, kernelSize: 3, strides: 2, padding: "same" }),
    ),
  },
  conv2dTranspose: {
    "same, strided": on([3, 4, 2], () =>
      tf.layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" }),
    ),
    valid: on([3, 4, 2], () =>
      tf.layers.conv2dTranspose({ filters: 3, kernelSize: [3, 2], strides: 2, activation: "relu" }),
    ),
  },
  conv3dTranspose: {
    "same, strided": on([2, 3, 3, 2], () =>
      tf.layers.conv3dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" }),
    ),
  },
  depthwiseConv2d: {
    "with multiplier": on(image, () =>
      tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same" }),
    ),
  },
  separableConv2d: {
    same: on(image, () =>
      tf.layers.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2, padding: "same" }),
    ),
  },
  averagePooling1d: pool1d((args) => tf.layers.averagePooling1d(args)),
  avgPool1d: pool1d((args) => tf.layers.avgPool1d(args)),
  avgPooling1d: pool1d((args) => tf.layers.avgPooling1d(args)),
  maxPool1d: pool1d((args) => tf.layers.maxPool1d(args)),
  maxPooling1d: pool1d((args) => tf.layers.maxPooling1d(args)),
  averagePooling2d: pool2d((args) => tf.layers.averagePooling2d(args)),
  avgPool2d: pool2d((args) => tf.layers.avgPool2d(args)),
  avgPooling2d: pool2d((args) => tf.layers.avgPooling2d(args)),
  maxPool2d: pool2d((args) => tf.layers.maxPool2d(args)),
  maxPooling2d: pool2d((args) => tf.layers.maxPooling2d(args)),
  averagePooling3d: pool3d((args) => tf.layers.averagePooling3d(args as never)),
  avgPool3d: pool3d((args) => tf.layers.avgPool3d(args as never)),
  avgPooling3d: pool3d((args) => tf.layers.avgPooling3d(args as never)),
  maxPooling3d: pool3d((args) => tf.layers.maxPooling3d(args as never)),
  globalAveragePooling1d: { plain: on(signal, () => tf.layers.globalAveragePooling1d()) },
  globalAveragePooling2d: { plain: on(image, () => tf.layers.globalAveragePooling2d({})) },
  globalMaxPool1d: { plain: on(signal, () => tf.layers.globalMaxPool1d()) },
  globalMaxPooling1d: { plain: on(signal, () => tf.layers.globalMaxPooling1d()) },
  globalMaxPool2d: { plain: on(image, () => tf.layers.globalMaxPool2d({})) },
  globalMaxPooling2d: { plain: on(image, () => tf.layers.globalMaxPooling2d({})) },
  upSampling2d: {
    nearest: on(image, () => tf.layers.upSampling2d({ size: [2, 3] })),
    bilinear: on(image, () => tf.layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" })),
  },
  zeroPadding2d: {
    "each side": on(image, () =>
      tf.layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 3],
        ],
      }),
    ),
  },
  cropping2D: {
    "each side": on(image, () =>
      tf.layers.cropping2D({
        cropping: [
          [1, 2],
          [0, 3],
        ],
      }),
    ),
  },
  batchNormalization: {
    "of vectors": on([5], () => tf.layers.batchNormalization()),
    "of images": on(image, () => tf.layers.batchNormalization({ epsilon: 1e-2 })),
    "without scale and center": on(image, () =>
      tf.layers.batchNormalization({ scale: false, center: false }),
    ),
    // tfjs-backend-cpu takes the numbers of every axis for those of the last.
    "inner axis": {
      ...on(image, () => tf.layers.batchNormalization({ axis: 1 })),
      reference: (program) => (x) => {
        const weights = (program as tf.LayersModel).getWeights().map((weight) => weight.reshape([-1, 1, 1]));
        const [gamma, beta, mean, variance] = weights as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        return x.sub(mean).div(variance.add(1e-3).sqrt()).mul(gamma).add(beta);
      },
    },
  },
  layerNormalization: {
    "last axis": on([3, 5], () => tf.layers.layerNormalization()),
    "two axes": on([3, 5], () => tf.layers.layerNormalization({ axis: [1, 2], epsilon: 0.1 })),
  },
  rescaling: { "with offset": on(image, () => tf.layers.rescaling({ scale: 0.5, offset: -1 })) },
  // Within a model both fail in tfjs 4.22 itself: they hand the list of inputs to an operation that takes a tensor,
  // and CenterCrop writes its output's shape over its input's.
  resizing: {
    bilinear: called(image, () => tf.layers.resizing({ height: 5, width: 9 })),
    nearest: called(image, () => tf.layers.resizing({ height: 5, width: 9, interpolation: "nearest" })),
  },
  centerCrop: {
    "of a larger image": called(image, () => tf.layers.centerCrop({ height: 4, width: 3 })),
    "of a smaller image": called(image, () => tf.layers.centerCrop({ height: 9, width: 8 })),
  },
};
