// Maps of MNIST by an autoencoder whose code has two numbers.
import { atLeast, type Experiment, line } from "../experiment.ts";
import { scoreOf } from "../measure.ts";

export const codes2d: Experiment = {
  name: "codes-2d",
  description: "codes of two numbers as maps of MNIST's test images",
  minutes: 22,
  async run({ train }) {
    const run = await train("codes-2d", {
      model: { architecture: "dense", hidden: [1000, 500, 250], code: 2, activation: "relu" },
      optimizer: { learningRate: 0.001, schedule: { kind: "cosine", warmup: 1 } },
      epochs: 75,
    });
    const accuracy = await scoreOf(run.package, "leave-one-out", "leaveOneOutAccuracy");
    const source = "plain autoencoder, published codes (Moor et al. 2020), scored alike";
    return [
      line({
        ...{ measure: "10-NN of 2 numbers, leave one out, %", obtained: 100 * accuracy, reference: 87.15 },
        ...{ source, goal: atLeast(87) },
      }),
      line({
        measure: "trustworthiness of the map",
        obtained: await scoreOf(run.package, "trustworthiness", "trustworthiness"),
        ...{ reference: 0.947, source, goal: atLeast(0.94), digits: 3 },
      }),
    ];
  },
};
