// The k-sparse autoencoder's code as features of a linear classifier.
import { preset, type TrainConfigInput } from "../../../train/index.ts";
import { atLeast, type Experiment, line } from "../experiment.ts";
import { tunedProbe } from "../measure.ts";

const UNITS = 1000;
/**
 * Of damaged images, and with k falling until the last epoch: units that learned together with many others are the better
 * features. All that are active are read, as the paper reads more than k.
 */
const changes: TrainConfigInput = {
  model: { architecture: "tied", hidden: [], code: UNITS, codeActivation: "relu", output: "linear" },
  corruption: { kind: "masking", strength: 0.3 },
  penalty: { kind: "topk", k: 25, testK: UNITS, warmup: 29 },
  optimizer: { learningRate: 0.001, schedule: { kind: "cosine" } },
  epochs: 30,
};

export const sparseTopk: Experiment = {
  name: "sparse-topk",
  description: "a k-sparse code of 1000 units, k = 25, read by logistic regression",
  minutes: 9,
  async run({ say, train }) {
    const run = await train("sparse-topk", { ...preset("sparse-topk"), ...changes });
    const { accuracy, c } = await tunedProbe(run.package);
    say(`penalty chosen on 10,000 of the training images: C = ${c}`);
    return [
      line({
        ...{ measure: "logistic probe, %", obtained: 100 * accuracy, reference: 98.65 },
        ...{ source: "Makhzani & Frey 2013", goal: atLeast(98.4) },
      }),
    ];
  },
};
