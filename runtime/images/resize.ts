// Resizes a picture, the same in Node and in browsers: their own ways of doing it differ from each other.
//
// A separable filter over the whole area that becomes one pixel, so that nothing aliases: Lanczos with three lobes
// where the picture gets smaller, Catmull-Rom's cubic where it gets larger, which is what sharp does when `latentkit
// train` reads images. Weights as in Pillow (`precompute_coeffs` in its Resample.c).
import type { Placement, Size } from "./place.ts";
import type { Raster } from "./raster.ts";

interface Filter {
  /** Zero from here on, in pixels of the smaller of both pictures. */
  readonly radius: number;
  at(x: number): number;
}

const lanczos3: Filter = {
  radius: 3,
  at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0),
};

const catmullRom: Filter = {
  radius: 2,
  at(x) {
    const d = Math.abs(x);
    if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
    return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
  },
};

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Weights of the source pixels `first`, `first + 1`, … for one pixel of the result. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

/**
 * `input.height × input.width × 3` values from 0 to 255, in whole numbers as a picture's. `background`, a gray value,
 * lies under what is transparent and around what does not fill the input.
 */
export function resize(
  picture: Raster,
  { from, to }: Placement,
  input: Size,
  background: number,
): Uint8ClampedArray {
  const columns = taps(from.left, from.width, picture.width, to.width);
  const rows = taps(from.top, from.height, picture.height, to.height);
  const firstRow = Math.min(...rows.map(({ first }) => first));
  const endRow = Math.max(...rows.map(({ first, weights }) => first + weights.length));

  const narrow = new Float32Array((endRow - firstRow) * to.width * 3);
  const line = new Float32Array(picture.width * 3);
  for (let y = firstRow; y < endRow; y++) {
    flatten(picture, y, background, line);
    columns.forEach(({ first, weights }, x) => {
      const at = ((y - firstRow) * to.width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        narrow[at + channel] = weigh(weights, line, first * 3 + channel, 3);
      }
    });
  }

  // Clamped and rounded to bytes as values are set.
  const result = new Uint8ClampedArray(input.width * input.height * 3).fill(background);
  const width = to.width * 3;
  rows.forEach(({ first, weights }, y) => {
    const at = ((to.top + y) * input.width + to.left) * 3;
    for (let x = 0; x < width; x++) {
      result[at + x] = weigh(weights, narrow, (first - firstRow) * width + x, width);
    }
  });
  return result;
}

/** The weighted sum of every `step`-th value from `at` on. */
function weigh(weights: Float64Array, values: Float32Array, at: number, step: number): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (values[at + i * step] as number);
  return sum;
}

/** Puts a row of the picture on the background. */
function flatten({ data, width }: Raster, y: number, background: number, line: Float32Array): void {
  for (let x = 0, at = y * width * 4; x < width; x++, at += 4) {
    const alpha = (data[at + 3] as number) / 255;
    for (let channel = 0; channel < 3; channel++) {
      line[x * 3 + channel] = background + ((data[at + channel] as number) - background) * alpha;
    }
  }
}

/** For each of `count` pixels, which together show `[start, start + length)` of a line of `size` pixels. */
function taps(start: number, length: number, size: number, count: number): readonly Taps[] {
  const scale = length / count;
  const filter = scale > 1 ? lanczos3 : catmullRom;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: count }, (_, i) => {
    const center = start + (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(center - filter.radius * stretch + 0.5));
    const end = Math.min(size, Math.floor(center + filter.radius * stretch + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, j) =>
      filter.at((first + j + 0.5 - center) / stretch),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
