// Layers that join several inputs.
import * as tf from "@tensorflow/tfjs";
import { type LayerCases, onAll } from "./case.ts";

const three = [[4], [4], [4]];

export const merge: LayerCases = {
  add: {
    "of three": onAll(three, () => tf.layers.add()),
    "of different ranks": onAll([[3, 4], [4]], () => tf.layers.add()),
  },
  average: { "of three": onAll(three, () => tf.layers.average()) },
  maximum: { "of three": onAll(three, () => tf.layers.maximum()) },
  minimum: { "of three": onAll(three, () => tf.layers.minimum()) },
  multiply: { "of three": onAll(three, () => tf.layers.multiply()) },
  concatenate: {
    "last axis": onAll([[4], [2], [3]], () => tf.layers.concatenate()),
    "inner axis": onAll(
      [
        [2, 4],
        [3, 4],
      ],
      () => tf.layers.concatenate({ axis: 1 }),
    ),
  },
  dot: {
    "of vectors": onAll([[4], [4]], () => tf.layers.dot({ axes: -1 })),
    normalized: onAll([[4], [4]], () => tf.layers.dot({ axes: 1, normalize: true })),
    "of matrices": onAll(
      [
        [3, 4],
        [5, 4],
      ],
      () => tf.layers.dot({ axes: [2, 2] }),
    ),
  },
};
