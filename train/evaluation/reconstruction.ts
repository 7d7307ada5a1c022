// How near reconstructions are to the items: squared errors, and for pictures PSNR and SSIM.
import { fitsSsim, ssim } from "./ssim.ts";

export interface ReconstructionScores {
  /** Squared error summed over an item, mean over items. */
  readonly sse: number;
  /** Mean squared error of a value. */
  readonly mse: number;
  /** Of pictures: 10·log₁₀(range² / mse), in decibels; infinite where the mse is 0. */
  readonly psnr: number | null;
  /** Of pictures of 11×11 and more: structural similarity, mean over them. */
  readonly ssim: number | null;
}

/** Adds up the scores of items that come in blocks. */
export class ReconstructionMeter {
  private readonly shape: readonly number[];
  private readonly size: number;
  private readonly errors: Float32Array[] = [];
  private similarity = 0;

  /** @param shape of one item; three dimensions are height, width and channels of a picture */
  constructor(shape: readonly number[]) {
    this.shape = shape;
    this.size = shape.reduce((product, d) => product * d, 1);
  }

  /** @param items and reconstructions in [0, 1], one after the other */
  add(items: Float32Array, reconstructions: Float32Array): void {
    const { shape, size } = this;
    const errors = new Float32Array(items.length / size);
    const withSsim = fitsSsim(shape);
    for (let n = 0; n < errors.length; n++) {
      const [x, y] = [items, reconstructions].map((all) => all.subarray(n * size, (n + 1) * size)) as [
        Float32Array,
        Float32Array,
      ];
      let sum = 0;
      for (let i = 0; i < size; i++) sum += ((x[i] as number) - (y[i] as number)) ** 2;
      errors[n] = sum;
      if (withSsim) this.similarity += ssim(x, y, shape);
    }
    this.errors.push(errors);
  }

  /** Squared error of each item, summed over it. */
  squaredErrors(): Float32Array {
    const all = new Float32Array(this.errors.reduce((count, { length }) => count + length, 0));
    let at = 0;
    for (const errors of this.errors) {
      all.set(errors, at);
      at += errors.length;
    }
    return all;
  }

  scores(): ReconstructionScores {
    const errors = this.squaredErrors();
    const sse = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const mse = sse / this.size;
    return {
      sse,
      mse,
      psnr: this.shape.length === 3 ? -10 * Math.log10(mse) : null,
      ssim: fitsSsim(this.shape) ? this.similarity / errors.length : null,
    };
  }
}
