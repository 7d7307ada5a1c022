// A contractive autoencoder's codes: a linear classifier on them, beside the same network without the penalty.
import { preset } from "../../../train/index.ts";
import { type Experiment, line } from "../experiment.ts";
import { scoreOf, sse } from "../measure.ts";

export const contractive: Experiment = {
  name: "contractive",
  description: "a contractive autoencoder of 1000 units, beside one without the penalty",
  minutes: 12,
  async run({ train }) {
    const config = preset("contractive");
    const run = await train("contractive", config);
    const plain = await train("plain", { ...config, penalty: { kind: "none" } });
    const source = "the same network without the penalty, in the same run";
    const read = async (folder: string) => 100 * (await scoreOf(folder, "probe", "probeAccuracy"));
    return [
      line({
        measure: "logistic probe of 1000 contractive units, %",
        ...{ obtained: await read(run.package), reference: await read(plain.package), source },
      }),
      line({
        measure: "test SSE of 1000 contractive units",
        ...{
          obtained: await sse(run.package, "mnist:test"),
          reference: await sse(plain.package, "mnist:test"),
        },
        ...{ source, digits: 3 },
      }),
    ];
  },
};
