// Sparse codes of recorded speech: few units active, a close reconstruction, atoms that are short and narrow.
import { type Dataset, openSource } from "../../../data/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { atomsOf } from "../../../train/evaluation/atoms.ts";
import { localise } from "../../../train/evaluation/localisation.ts";
import { median } from "../../../train/evaluation/median.ts";
import { componentsOf, fitPca, projectPca } from "../../../train/evaluation/pca.ts";
import { preset, useOnnxEngine } from "../../../train/index.ts";
import { bring } from "../../setup/prepare.ts";
import { requirements } from "../../setup/requirements.ts";
import { atLeast, atMost, type Experiment, line } from "../experiment.ts";

/** As the preset's windows, each sample in one of them. */
const [WINDOW, TEST] = [256, "speech:test?window=256"];

export const audioSparse: Experiment = {
  name: "audio-sparse",
  description: "a sparse code of recorded speech, of atoms localised in time and frequency",
  minutes: 5,
  async run({ train, say }) {
    bring([requirements.recordedSpeech], say);
    const config = preset("audio-sparse");
    const run = await train("audio-sparse", config);
    const sparse = await measureSparse(run.package);
    say("principal components of the same windows");
    const pca = await measurePca(config.data as string, Math.round(sparse.active));
    return [
      line({
        ...{ measure: "SNR of unseen speech, dB", obtained: sparse.snr, reference: pca.snr },
        ...{ source: "PCA, as many components as units are active, in the same run", goal: atLeast(15) },
      }),
      line({
        ...{ measure: "active units, %", obtained: (100 * sparse.active) / sparse.units, goal: atMost(10) },
        source: "none",
      }),
      line({
        measure: "effective duration of atoms, median, % of the window",
        ...{ obtained: (100 * sparse.duration) / WINDOW, reference: (100 * pca.duration) / WINDOW },
        ...{ source: "PCA's components, in the same run", digits: 1, goal: atMost(50) },
      }),
      line({
        measure: "effective duration × bandwidth of atoms, median",
        ...{ obtained: sparse.area, reference: 1, goal: atMost(2) },
        source: `Gabor 1946: his elementary signal (white noise: ${WINDOW / 8})`,
      }),
    ];
  },
};

interface Measured {
  /** 10·log₁₀(Σx² / Σ(x − y)²) over the whole sound, in decibels. */
  readonly snr: number;
  /** Medians over atoms, in samples and without unit. */
  readonly duration: number;
  readonly area: number;
}

async function measureSparse(
  packageFolder: string,
): Promise<Measured & { readonly active: number; readonly units: number }> {
  const [runtime, dataset] = [await loadRuntime(packageFolder), await openSource(TEST)];
  try {
    const samples = await allOf(dataset);
    const { reconstruction } = await runtime.reconstruct(samples);
    const [low, high] = runtime.info.input.range;
    const restored = reconstruction.data.map((value) => low + (high - low) * value);
    const codes = await runtime.encode(samples);
    const units = codes.data.length / dataset.length;
    const used = new Set<number>();
    let active = 0;
    codes.data.forEach((value, i) => {
      if (value === 0) return;
      active++;
      used.add(i % units);
    });
    const atoms = (await atomsOf(runtime)).filter((_, unit) => used.has(unit));
    return { snr: snr(samples, restored), active: active / dataset.length, units, ...extents(atoms) };
  } finally {
    await runtime.dispose();
    await dataset.close?.();
  }
}

async function measurePca(source: string, components: number): Promise<Measured> {
  const engine = await useOnnxEngine();
  const [train, test] = [await openSource(source), await openSource(TEST)];
  try {
    const pca = await fitPca(await allOf(train), WINDOW, components);
    const samples = await allOf(test);
    const { squaredErrors } = await projectPca(pca, samples);
    const error = squaredErrors.reduce((sum, one) => sum + one, 0);
    return { snr: 10 * Math.log10(energy(samples) / error), ...extents(componentsOf(pca)) };
  } finally {
    await train.close?.();
    await test.close?.();
    engine.dispose();
  }
}

async function allOf(dataset: Dataset): Promise<Float32Array> {
  return Float32Array.from(await dataset.read(0, dataset.length));
}

function extents(signals: readonly Float32Array[]): { readonly duration: number; readonly area: number } {
  const found = signals.map(localise);
  return {
    duration: median(found.map(({ time }) => time.width)),
    area: median(found.map(({ area }) => area)),
  };
}

function snr(samples: Float32Array, restored: Float32Array): number {
  const error = samples.map((value, i) => value - (restored[i] as number));
  return 10 * Math.log10(energy(samples) / energy(error));
}

function energy(samples: Float32Array): number {
  return samples.reduce((sum, value) => sum + value ** 2, 0);
}
