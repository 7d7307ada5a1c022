// The k-sparse autoencoder's code as features of a linear classifier.
import { preset } from "../../../train/index.ts";
import { atLeast, type Experiment, line } from "../experiment.ts";
import { scoreOf } from "../measure.ts";

export const sparseTopk: Experiment = {
  name: "sparse-topk",
  description: "a k-sparse code of 1000 units, k = 25, read by logistic regression",
  minutes: 20,
  async run({ train }) {
    const run = await train("sparse-topk", preset("sparse-topk"));
    const accuracy = await scoreOf(run.package, "probe", "probeAccuracy");
    return [
      line({
        ...{ measure: "logistic probe, %", obtained: 100 * accuracy, reference: 98.65 },
        ...{ source: "Makhzani & Frey 2013", goal: atLeast(98.4) },
      }),
    ];
  },
};
