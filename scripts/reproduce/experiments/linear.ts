// A linear autoencoder against PCA: the same error, and the same subspace (Baldi & Hornik 1989).
import { openSource } from "../../../data/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { atomsOf } from "../../../train/evaluation/atoms.ts";
import { componentsOf, fitPca, type Pca, projectPca } from "../../../train/evaluation/pca.ts";
import { largestAngle } from "../../../train/evaluation/subspace.ts";
import { preset, useOnnxEngine } from "../../../train/index.ts";
import { toUnitRange } from "../../../train/run/scale.ts";
import { atMost, type Experiment, type Line, line } from "../experiment.ts";
import { sse } from "../measure.ts";

const CODES = [2, 10, 30];
const TEST = "mnist:test";

export const linear: Experiment = {
  name: "linear",
  description: "a linear autoencoder finds the subspace of PCA",
  minutes: 5,
  async run({ train, say }) {
    const lines: Line[] = [];
    for (const code of CODES) {
      const run = await train(`linear-${code}`, {
        ...preset("linear"),
        model: { architecture: "linear", code },
      });
      say(`principal components: ${code}`);
      const { pca, testSse } = await principalComponents(code);
      const obtained = await sse(run.package, TEST);
      lines.push(
        line({
          ...{ measure: `test SSE, code of ${code}`, obtained, reference: testSse, digits: 3 },
          ...{ source: "PCA, in the same run", goal: atMost(Number((1.01 * testSse).toFixed(3))) },
        }),
        line({
          measure: `largest angle to PCA's subspace, code of ${code}, degrees`,
          obtained: largestAngle(await atomsIn(run.package), componentsOf(pca)),
          ...{ reference: 0, source: "PCA, in the same run", goal: atMost(5) },
        }),
      );
    }
    return lines;
  },
};

async function principalComponents(code: number): Promise<{ readonly pca: Pca; readonly testSse: number }> {
  const engine = await useOnnxEngine();
  try {
    const [train, test] = [await pixels("mnist:train"), await pixels(TEST)];
    const pca = await fitPca(train.rows, train.features, code);
    const { squaredErrors } = await projectPca(pca, test.rows);
    return { pca, testSse: squaredErrors.reduce((sum, one) => sum + one, 0) / squaredErrors.length };
  } finally {
    engine.dispose();
  }
}

async function pixels(source: string) {
  const dataset = await openSource(source);
  const rows = toUnitRange(await dataset.read(0, dataset.length), dataset.range);
  return { rows, features: rows.length / dataset.length };
}

/** What each number of the code adds to the picture, by the package's own decoder. */
async function atomsIn(packageFolder: string): Promise<Float32Array[]> {
  const runtime = await loadRuntime(packageFolder, { inline: true });
  try {
    return await atomsOf(runtime);
  } finally {
    await runtime.dispose();
  }
}
