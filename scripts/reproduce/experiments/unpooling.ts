// Three ways back from small maps to large ones, with the same layers and epochs.
import { preset } from "../../../train/index.ts";
import { type Experiment, type Line, line } from "../experiment.ts";
import { scoreOf, sse } from "../measure.ts";

const WAYS = {
  nearest: "repeating values, then a convolution (Odena et al. 2016)",
  max: "values back where each maximum was (Zeiler & Fergus 2014): its switches are sent beside the code",
  transpose: "transposed convolution, 3 × 3, stride 2",
};

export const unpooling: Experiment = {
  name: "unpooling",
  description: "convolutional autoencoders: nearest and max unpooling, transposed convolution",
  minutes: 12,
  async run({ train }) {
    const lines: Line[] = [];
    for (const [way, source] of Object.entries(WAYS)) {
      const run = await train(`conv-${way}`, preset(`conv-${way}`));
      const accuracy = await scoreOf(run.package, "knn", "knnAccuracy");
      lines.push(
        line({
          ...{
            measure: `${way}: test SSE`,
            obtained: await sse(run.package, "mnist:test"),
            digits: 3,
            source,
          },
        }),
        line({ measure: `${way}: 5-NN of the code, %`, obtained: 100 * accuracy, source }),
      );
    }
    return lines;
  },
};
