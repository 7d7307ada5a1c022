// Recurrent layers at a fixed length, their cells and wrappers.
import * as tf from "@tensorflow/tfjs";
import { built, type LayerCases, on } from "./case.ts";

const sequence = [4, 3];
const images = [3, 5, 5, 2];
type Cell = Parameters<typeof tf.layers.rnn>[0]["cell"];

const cellCase = (make: () => Cell) =>
  on(sequence, () => tf.layers.rnn({ cell: make(), returnSequences: true }));

export const recurrent: LayerCases = {
  simpleRNN: {
    "last step": on(sequence, () => tf.layers.simpleRNN({ units: 2 })),
    backwards: on(sequence, () =>
      tf.layers.simpleRNN({ units: 2, goBackwards: true, returnSequences: true }),
    ),
    unrolled: on(sequence, () => tf.layers.simpleRNN({ units: 2, unroll: true })),
    "with state": built(sequence, (x) => tf.layers.simpleRNN({ units: 2, returnState: true }).apply(x)),
  },
  gru: {
    "last step": on(sequence, () => tf.layers.gru({ units: 2 })),
    "all steps": on(sequence, () => tf.layers.gru({ units: 2, returnSequences: true, implementation: 1 })),
  },
  lstm: {
    "last step": on(sequence, () => tf.layers.lstm({ units: 2 })),
    "all steps, with dropout": on(sequence, () =>
      tf.layers.lstm({ units: 2, returnSequences: true, dropout: 0.4, recurrentDropout: 0.3 }),
    ),
  },
  simpleRNNCell: { "in a loop": cellCase(() => tf.layers.simpleRNNCell({ units: 2 })) },
  gruCell: { "in a loop": cellCase(() => tf.layers.gruCell({ units: 2 })) },
  lstmCell: { "in a loop": cellCase(() => tf.layers.lstmCell({ units: 2 })) },
  rnn: { "of a cell": cellCase(() => tf.layers.simpleRNNCell({ units: 3, activation: "relu" })) },
  stackedRNNCells: {
    "of three kinds": cellCase(() =>
      tf.layers.stackedRNNCells({
        cells: [
          tf.layers.simpleRNNCell({ units: 4 }),
          tf.layers.gruCell({ units: 3 }),
          tf.layers.lstmCell({ units: 2 }),
        ],
      }),
    ),
  },
  bidirectional: Object.fromEntries(
    (["concat", "sum", "mul", "ave"] as const).map((mergeMode) => [
      mergeMode,
      on(sequence, () =>
        tf.layers.bidirectional({
          layer: tf.layers.lstm({ units: 2, returnSequences: true }) as tf.RNN,
          mergeMode,
        }),
      ),
    ]),
  ),
  timeDistributed: {
    "of a dense layer": on(sequence, () =>
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2, activation: "relu" }) }),
    ),
    "of a convolution": on(images, () =>
      tf.layers.timeDistributed({ layer: tf.layers.conv2d({ filters: 2, kernelSize: 3 }) }),
    ),
  },
  convLstm2d: {
    "last step": on(images, () => tf.layers.convLstm2d({ filters: 2, kernelSize: 3, padding: "same" })),
    "all steps": on(images, () => tf.layers.convLstm2d({ filters: 2, kernelSize: 3, returnSequences: true })),
  },
  convLstm2dCell: {
    "in its layer": on(images, () =>
      tf.layers.convLstm2d({ filters: 1, kernelSize: 2, strides: 2, padding: "valid" }),
    ),
  },
};
