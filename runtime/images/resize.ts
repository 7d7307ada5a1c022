// Resizes a picture, the same in Node and in browsers: their own ways of doing it differ from each other.
//
// A separable filter over the whole area that becomes one pixel, so that nothing aliases: Lanczos with three lobes
// where the picture gets smaller, Catmull-Rom's cubic where it gets larger, which is what sharp does when `latentkit
// train` reads images. Weights as in Pillow (`precompute_coeffs` in its Resample.c).
import type { Placement, Size, Stretch } from "./place.ts";
import type { Raster } from "./raster.ts";

/** Both filters are zero from here on, in pixels of the smaller of both pictures. */
const RADIUS = 3;

function lanczos3(d: number): number {
  return d < RADIUS ? sinc(d) * sinc(d / RADIUS) : 0;
}

function catmullRom(d: number): number {
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

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
  { width, height, data }: Raster,
  { x, y }: Placement,
  input: Size,
  background: number,
): Uint8ClampedArray {
  const columns = tapsOf(x, width);
  const lineSize = x.length * 3;
  const line = new Float32Array(width * 3);
  const rows = tapsOf(y, height);
  const [{ first: top }, last] = [rows[0], rows.at(-1)] as [Taps, Taps];
  /** The picture's rows from `top` on, as wide as their part of the result; from row `done` on still to be made. */
  const narrow = new Float32Array((last.first + last.weights.length - top) * lineSize);
  let done = top;
  // Clamped and rounded to bytes as values are set.
  const result = new Uint8ClampedArray(input.width * input.height * 3).fill(background);
  rows.forEach(({ first, weights }, row) => {
    for (done = Math.max(done, first); done < first + weights.length; done++) {
      flatten(data, done * width, background, line);
      columns.forEach((column, i) => {
        const at = (done - top) * lineSize + i * 3;
        for (let channel = 0; channel < 3; channel++) {
          narrow[at + channel] = weigh(column.weights, line, column.first * 3 + channel, 3);
        }
      });
    }
    const at = ((y.to + row) * input.width + x.to) * 3;
    for (let i = 0; i < lineSize; i++) {
      result[at + i] = weigh(weights, narrow, (first - top) * lineSize + i, lineSize);
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

/** Puts a line of pixels, from number `start` on, on the background. */
function flatten(pixels: Raster["data"], start: number, background: number, line: Float32Array): void {
  for (let i = 0, at = start * 4; i < line.length; i += 3, at += 4) {
    const alpha = (pixels[at + 3] as number) / 255;
    for (let channel = 0; channel < 3; channel++) {
      line[i + channel] = background + ((pixels[at + channel] as number) - background) * alpha;
    }
  }
}

/** For each pixel of the result in one direction; `size` is the picture's. */
function tapsOf({ from, shown, length }: Stretch, size: number): readonly Taps[] {
  const scale = shown / length;
  const filter = scale > 1 ? lanczos3 : catmullRom;
  const stretch = Math.max(scale, 1);
  return Array.from({ length }, (_, i) => {
    const center = from + (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(center - RADIUS * stretch + 0.5));
    const end = Math.min(size, Math.floor(center + RADIUS * stretch + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, j) =>
      filter(Math.abs(first + j + 0.5 - center) / stretch),
    );
    const sum = weights.reduce((total, weight) => total + weight);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
