// The deep autoencoder 784-1000-500-250-30 of Hinton & Salakhutdinov, trained from random weights.
import { preset } from "../../../train/index.ts";
import { atMost, type Experiment, line } from "../experiment.ts";
import { sse } from "../measure.ts";

export const deep30: Experiment = {
  name: "deep30",
  description: "the deep autoencoder 784-1000-500-250-30 on MNIST",
  minutes: 22,
  async run({ train }) {
    const run = await train("deep30", preset("deep30"));
    return [
      line({
        ...{ measure: "test SSE, code of 30", obtained: await sse(run.package, "mnist:test"), reference: 3 },
        ...{ source: "Hinton & Salakhutdinov 2006", goal: atMost(3), digits: 3 },
      }),
    ];
  },
};
