// The autoencoders of "Building Autoencoders in Keras" (Chollet 2016), by their cross-entropy per pixel.
import type { TrainConfigInput } from "../../../train/index.ts";
import { atMost, type Experiment, type Line, line } from "../experiment.ts";
import { crossEntropy } from "../measure.ts";

type Model = TrainConfigInput["model"];

const SYSTEMS: readonly {
  readonly name: string;
  readonly measure: string;
  readonly model: Model;
  readonly penalty?: TrainConfigInput["penalty"];
  readonly reference: number;
  readonly digits: number;
}[] = [
  {
    ...{ name: "dense", measure: "one layer, code of 32", reference: 0.09, digits: 3 },
    model: { architecture: "dense", hidden: [], code: 32, codeActivation: "relu", output: "sigmoid" },
  },
  {
    ...{ name: "deep", measure: "784-128-64-32", reference: 0.08, digits: 3 },
    model: { architecture: "dense", hidden: [128, 64], code: 32, codeActivation: "relu", output: "sigmoid" },
  },
  {
    ...{ name: "l1", measure: "one layer, code of 32, L1", reference: 0.1, digits: 3 },
    model: { architecture: "dense", hidden: [], code: 32, codeActivation: "relu", output: "sigmoid" },
    penalty: { kind: "l1", weight: 1e-5 },
  },
];

export const kerasBlog: Experiment = {
  name: "keras-blog",
  description: "three autoencoders of the Keras blog on MNIST",
  minutes: 4,
  async run({ train }) {
    const lines: Line[] = [];
    for (const { name, measure, model, penalty, reference, digits } of SYSTEMS) {
      const run = await train(name, {
        ...{ model, loss: "bce", epochs: 30, batchSize: 128, ...(penalty && { penalty }) },
        optimizer: { learningRate: 0.002, schedule: { kind: "cosine" } },
      });
      const obtained = await crossEntropy(run.package, "mnist:test");
      lines.push(
        line({
          ...{ measure: `${measure}: cross-entropy per pixel`, obtained, reference, digits },
          // The blog's figures are rounded, and say "converges to".
          ...{
            source: "Building Autoencoders in Keras",
            goal: atMost(Number((1.05 * reference).toFixed(4))),
          },
        }),
      );
    }
    return lines;
  },
};
