// Layers pretrained one by one, then a classifier of all labels, and of 1 % of them beside one that starts afresh.
import { preset, type TrainConfigInput } from "../../../train/index.ts";
import { atLeast, atMost, type Experiment, line } from "../experiment.ts";
import { errorRate } from "../measure.ts";

const FEW = 0.01;
/** A hundredth of the labels makes a hundredth of the steps. */
const EPOCHS = 100;

export const stackedDenoising: Experiment = {
  name: "stacked-denoising",
  description: "a stacked denoising autoencoder of three layers, fine-tuned as a classifier",
  minutes: 35,
  async run({ train }) {
    const config = preset("stacked-denoising");
    const errorOf = async (name: string, changes: TrainConfigInput) =>
      errorRate((await train(name, { ...config, ...changes })).package);
    const all = await errorOf("all-labels", {});
    const few = { ...config.classifier, labels: FEW, epochs: EPOCHS };
    const pretrained = await errorOf("few-labels", { classifier: few });
    const fresh = await errorOf("few-labels-fresh", {
      ...{ pretraining: { epochs: 0 }, epochs: 1 },
      classifier: { ...few, encoder: "fresh" },
    });
    return [
      line({
        ...{ measure: "test error, %", obtained: all, reference: 1.28 },
        ...{ source: "Vincent et al. 2010, 3 layers, 25 % masking", goal: atMost(1.35) },
      }),
      line({
        ...{ measure: "test error with 1 % of the labels, %", obtained: pretrained, reference: fresh },
        source: "the same network without pretraining, in the same run",
      }),
      line({
        ...{ measure: "points that pretraining gains with 1 % of the labels", obtained: fresh - pretrained },
        ...{ source: "the two above", goal: atLeast(2) },
      }),
    ];
  },
};
