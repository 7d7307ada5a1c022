// Noise taken out of test images: normal noise of half the range, as stored pictures have it.
import { seededRandom } from "../../../data/index.ts";
import { preset } from "../../../train/index.ts";
import { atLeast, type Experiment, line } from "../experiment.ts";
import { measureOn } from "../measure.ts";

const SIGMA = 0.5;
const SEED = 1;

export const denoising: Experiment = {
  name: "denoising",
  description: `a denoising autoencoder against normal noise of σ = ${SIGMA}`,
  minutes: 6,
  async run({ train }) {
    const corruption = { kind: "gaussian", strength: SIGMA, clip: true } as const;
    const run = await train("denoising", { ...preset("denoising"), corruption });
    const { noisy, denoised } = await measure(run.package);
    return [
      line({
        ...{ measure: "PSNR of denoised test images, dB", obtained: denoised, reference: noisy },
        ...{ source: "the noisy images", goal: atLeast(Number((noisy + 8).toFixed(2))) },
      }),
    ];
  },
};

/** PSNR in dB over all test images: 10·log10(1 / mean squared error), pixels in [0, 1]. */
function measure(packageFolder: string): Promise<{ readonly noisy: number; readonly denoised: number }> {
  return measureOn(packageFolder, "mnist:test", async (runtime, items) => {
    const clean = items as Uint8Array;
    const noisy = withNoise(clean);
    const { reconstruction } = await runtime.reconstruct(noisy);
    return {
      noisy: psnr(clean, (i) => (noisy[i] as number) / 255),
      denoised: psnr(clean, (i) => reconstruction.data[i] as number),
    };
  });
}

/** Noise by Box & Muller 1958; the result is brought back into 0 to 255 and rounded, as a file's pixels are. */
function withNoise(pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const random = seededRandom(SEED);
  return pixels.map((pixel) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.min(255, Math.max(0, Math.round(pixel + 255 * SIGMA * normal)));
  });
}

function psnr(clean: Uint8Array, valueAt: (i: number) => number): number {
  const sum = clean.reduce((total, pixel, i) => total + (pixel / 255 - valueAt(i)) ** 2, 0);
  return 10 * Math.log10(clean.length / sum);
}
