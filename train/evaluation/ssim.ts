// Structural similarity of two pictures.

const SIDE = 11;
const SIGMA = 1.5;
const [K1, K2] = [0.01, 0.03];

const gaussian = kernel();

/** Normalized, so that a weighted sum is a mean. */
function kernel(): Float64Array {
  const weights = Float64Array.from({ length: SIDE }, (_, i) =>
    Math.exp(-((i - (SIDE - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Whether a picture has room for one window. */
export function fitsSsim(shape: readonly number[]): boolean {
  const [height = 0, width = 0] = shape;
  return shape.length === 3 && height >= SIDE && width >= SIDE;
}

/**
 * Mean SSIM (Wang et al. 2004): 11×11 Gaussian windows of deviation 1.5 that lie wholly inside the picture, K₁ = 0.01,
 * K₂ = 0.03, variances as weighted means (not the sample's); mean over windows and channels.
 *
 * @param a values of one picture, channels last
 * @param range highest minus lowest value that a picture can have
 * @param shape height, width, channels; at least 11×11, see `fitsSsim`
 */
export function ssim(a: Float32Array, b: Float32Array, shape: readonly number[], range = 1): number {
  const [height = 0, width = 0, channels = 1] = shape;
  const [c1, c2] = [(K1 * range) ** 2, (K2 * range) ** 2];
  const windows = (height - SIDE + 1) * (width - SIDE + 1);
  let total = 0;
  for (let channel = 0; channel < channels; channel++) {
    const mean = (value: (x: number, y: number) => number) =>
      blur(
        (i) => value(a[i * channels + channel] as number, b[i * channels + channel] as number),
        height,
        width,
      );
    const [x, y] = [mean((one) => one), mean((_, other) => other)];
    const [xx, yy, xy] = [
      mean((one) => one * one),
      mean((_, other) => other * other),
      mean((one, other) => one * other),
    ];
    for (let i = 0; i < windows; i++) {
      const [mx, my] = [x[i] as number, y[i] as number];
      const [vx, vy] = [(xx[i] as number) - mx * mx, (yy[i] as number) - my * my];
      const covariance = (xy[i] as number) - mx * my;
      total += ((2 * mx * my + c1) * (2 * covariance + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2));
    }
  }
  return total / (windows * channels);
}

/** Weighted means over all windows inside the picture: along rows, then along columns. */
function blur(value: (i: number) => number, height: number, width: number): Float64Array {
  const [rows, columns] = [height - SIDE + 1, width - SIDE + 1];
  const along = new Float64Array(height * columns);
  const line = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) line[x] = value(y * width + x);
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let k = 0; k < SIDE; k++) sum += (gaussian[k] as number) * (line[x + k] as number);
      along[y * columns + x] = sum;
    }
  }
  const means = new Float64Array(rows * columns);
  for (let i = 0; i < means.length; i++) {
    let sum = 0;
    for (let k = 0; k < SIDE; k++) sum += (gaussian[k] as number) * (along[i + k * columns] as number);
    means[i] = sum;
  }
  return means;
}
