// Dense, shape-changing, activation and regularizing layers, embedding and masking.
import * as tf from "@tensorflow/tfjs";
import { floats } from "../../../helpers/kernels.ts";
import { built, indices, type LayerCases, on } from "./case.ts";

/** Some time steps are all zero, so that they are masked. */
const withGaps = (shape: readonly number[], seed: number) => {
  const { values } = floats(shape, seed);
  const step = shape.at(-1) as number;
  return { shape, values: values.map((value, i) => (Math.floor(i / step) % 3 === 1 ? 0 : value)) };
};

const activations = [
  "elu",
  "hardSigmoid",
  "linear",
  "relu",
  "relu6",
  "selu",
  "sigmoid",
  "softmax",
  "softplus",
  "softsign",
  "tanh",
  "swish",
  "mish",
  "gelu",
  "gelu_new",
] as const;

export const core: LayerCases = {
  inputLayer: {
    "as a sequential model's first layer": {
      shapes: [[3]],
      build: () =>
        tf.sequential({
          layers: [tf.layers.inputLayer({ inputShape: [3] }), tf.layers.dense({ units: 2 })],
        }),
      feed: floats,
    },
  },
  input: { "two dimensions": on([2, 3], () => tf.layers.flatten()) },
  dense: {
    "with bias": on([5], () => tf.layers.dense({ units: 4 })),
    "without bias": on([5], () => tf.layers.dense({ units: 4, useBias: false })),
    "on sequences": on([3, 5], () => tf.layers.dense({ units: 4, activation: "tanh" })),
  },
  activation: Object.fromEntries(
    activations.map((activation) => [activation, on([6], () => tf.layers.activation({ activation }))]),
  ),
  flatten: {
    "of images": on([2, 3, 4], () => tf.layers.flatten()),
    "channels first": on([2, 3, 4], () => tf.layers.flatten({ dataFormat: "channelsFirst" })),
  },
  reshape: {
    "to a target": on([12], () => tf.layers.reshape({ targetShape: [3, 4] })),
    "with an open dimension": on([2, 6], () => tf.layers.reshape({ targetShape: [-1, 3] })),
  },
  permute: { "of three": on([2, 3, 4], () => tf.layers.permute({ dims: [3, 1, 2] })) },
  repeatVector: { "four times": on([5], () => tf.layers.repeatVector({ n: 4 })) },
  elu: { plain: on([6], () => tf.layers.elu()) },
  leakyReLU: { "with alpha": on([6], () => tf.layers.leakyReLU({ alpha: 0.2 })) },
  prelu: {
    vector: on([6], () => tf.layers.prelu()),
    "shared over axes": on([3, 4, 2], () => tf.layers.prelu({ sharedAxes: [1, 2] })),
  },
  reLU: {
    plain: on([6], () => tf.layers.reLU()),
    "with a maximum": on([6], () => tf.layers.reLU({ maxValue: 1 })),
  },
  softmax: {
    "of vectors": on([5], () => tf.layers.softmax()),
    "last axis": on([2, 5], () => tf.layers.softmax({ axis: 2 })),
  },
  thresholdedReLU: { "with theta": on([6], () => tf.layers.thresholdedReLU({ theta: 0.5 })) },
  dropout: { "is nothing at inference": on([6], () => tf.layers.dropout({ rate: 0.5 })) },
  spatialDropout1d: {
    "is nothing at inference": on([4, 3], () => tf.layers.spatialDropout1d({ rate: 0.5 })),
  },
  alphaDropout: { "is nothing at inference": on([6], () => tf.layers.alphaDropout({ rate: 0.5 })) },
  gaussianDropout: { "is nothing at inference": on([6], () => tf.layers.gaussianDropout({ rate: 0.5 })) },
  gaussianNoise: { "is nothing at inference": on([6], () => tf.layers.gaussianNoise({ stddev: 1 })) },
  embedding: {
    "of words": on([4], () => tf.layers.embedding({ inputDim: 9, outputDim: 3 }), {
      dtype: "int32",
      feed: indices(9),
    }),
    "of words given as floats, masked": built(
      [4],
      (x) => {
        const words = tf.layers.embedding({ inputDim: 9, outputDim: 3, maskZero: true }).apply(x);
        return tf.layers.simpleRNN({ units: 2 }).apply(words);
      },
      { feed: (shape, seed) => ({ ...indices(9)(shape, seed), dtype: "float32" }) },
    ),
  },
  masking: {
    alone: on([6, 2], () => tf.layers.masking({ maskValue: 0 }), { feed: withGaps }),
    "before an LSTM": built(
      [6, 2],
      (x) => tf.layers.lstm({ units: 3, returnSequences: true }).apply(tf.layers.masking().apply(x)),
      { feed: withGaps },
    ),
  },
};
