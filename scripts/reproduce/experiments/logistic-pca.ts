// Logistic PCA: 30 linear numbers of which the logits of all pixels are linear functions.
import { atMost, type Experiment, line } from "../experiment.ts";
import { sse } from "../measure.ts";

/** The published one finds the code of each item by optimization; here one layer gives it, which can only be worse. */
export const logisticPca: Experiment = {
  name: "logistic-pca",
  description: "logistic PCA with 30 components on MNIST",
  minutes: 3,
  async run({ train }) {
    const run = await train("logistic-pca", {
      model: { architecture: "dense", hidden: [], code: 30, codeActivation: "linear", output: "sigmoid" },
      loss: "bce",
      optimizer: { learningRate: 0.003, schedule: { kind: "cosine" } },
      epochs: 30,
    });
    return [
      line({
        ...{
          measure: "test SSE, 30 components",
          obtained: await sse(run.package, "mnist:test"),
          reference: 8.01,
        },
        ...{ source: "Hinton & Salakhutdinov 2006", goal: atMost(13.866) },
      }),
    ];
  },
};
