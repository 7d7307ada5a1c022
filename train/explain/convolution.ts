// A convolution as the matrix that its definition says, written without tfjs.
import { Matrix } from "ml-matrix";

/** Height, width, channels. */
export type MapShape = readonly [number, number, number];

export interface Convolution {
  readonly input: MapShape;
  /** Side of the square kernel. */
  readonly kernel: number;
  readonly filters: number;
  readonly stride: number;
  readonly padding: "valid" | "same";
}

export function outputShape({ input, kernel, filters, stride, padding }: Convolution): MapShape {
  const [height, width] = input;
  const places = (side: number) => Math.ceil((padding === "same" ? side : side - kernel + 1) / stride);
  return [places(height), places(width), filters];
}

/**
 * X, of which X·x is the convolution of x: a row per output value, a column per input value, both row by row with
 * channels innermost. A row holds the kernel where its output looks, and zeros elsewhere.
 *
 * @param weights `[kernel, kernel, input channels, filters]`, flat
 */
export function convolutionMatrix(convolution: Convolution, weights: ArrayLike<number>): Matrix {
  const { input, kernel, filters, stride } = convolution;
  const [height, width, channels] = input;
  const [rows, columns] = outputShape(convolution);
  const [top, left] = [margin(convolution, height, rows), margin(convolution, width, columns)];
  const matrix = Matrix.zeros(rows * columns * filters, height * width * channels);
  for (let at = 0; at < kernel * kernel * channels * filters; at++) {
    const filter = at % filters;
    const channel = Math.floor(at / filters) % channels;
    const kernelX = Math.floor(at / filters / channels) % kernel;
    const kernelY = Math.floor(at / filters / channels / kernel);
    for (let place = 0; place < rows * columns; place++) {
      const y = Math.floor(place / columns) * stride + kernelY - top;
      const x = (place % columns) * stride + kernelX - left;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      matrix.set(place * filters + filter, (y * width + x) * channels + channel, weights[at] as number);
    }
  }
  return matrix;
}

/** Rows of padding before the first: with `same` half of what the last place looks beyond, the smaller half before. */
function margin({ kernel, stride, padding }: Convolution, side: number, places: number): number {
  if (padding === "valid") return 0;
  return Math.floor(Math.max(0, (places - 1) * stride + kernel - side) / 2);
}
