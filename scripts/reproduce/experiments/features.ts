// Pixels and principal components as features: what codes are held against.
import { type Labels, openSource } from "../../../data/index.ts";
import { knnAccuracy, type Labelled } from "../../../train/evaluation/knn.ts";
import { fitPca, projectPca } from "../../../train/evaluation/pca.ts";
import { probe } from "../../../train/evaluation/probe.ts";
import { useOnnxEngine } from "../../../train/index.ts";
import { toUnitRange } from "../../../train/run/scale.ts";
import { type Experiment, type Line, line } from "../experiment.ts";

/** Accuracies in % of the same systems, measured with other software: 5-NN, then a logistic probe. */
const PUBLISHED = {
  pixels: 96.88,
  components: { 2: [42.42, 44.64], 10: [92.76, 80.91], 30: [97.55, 89.62] },
} as const;

export const features: Experiment = {
  name: "features",
  description: "pixels and principal components as features of MNIST",
  minutes: 4,
  async run({ say }) {
    const engine = await useOnnxEngine();
    try {
      const [train, test] = [await pixels("mnist:train"), await pixels("mnist:test")];
      say("pixels");
      const lines: Line[] = [
        accuracy("5-NN of pixels, %", await knnAccuracy(train, test, train.size, 5), PUBLISHED.pixels),
      ];
      for (const [name, [nearest, linear]] of Object.entries(PUBLISHED.components)) {
        say(`${name} components`);
        const components = Number(name);
        const pca = await fitPca(train.codes, train.size, components);
        const codes = {
          train: { codes: (await projectPca(pca, train.codes)).codes, labels: train.labels },
          test: { codes: (await projectPca(pca, test.codes)).codes, labels: test.labels },
        };
        const knn = await knnAccuracy(codes.train, codes.test, components, 5);
        const read = await probe(codes.train, codes.test, components);
        lines.push(
          accuracy(`5-NN of ${name} components, %`, knn, nearest),
          accuracy(`logistic probe of ${name} components, %`, read.accuracy, linear),
        );
      }
      return lines;
    } finally {
      engine.dispose();
    }
  },
};

function accuracy(measure: string, share: number, reference: number): Line {
  return line({ measure, obtained: 100 * share, reference, source: "measured with other software" });
}

async function pixels(source: string): Promise<Labelled & { readonly size: number }> {
  const dataset = await openSource(source);
  const codes = toUnitRange(await dataset.read(0, dataset.length), dataset.range);
  return { codes, labels: dataset.labels as Labels, size: codes.length / dataset.length };
}
