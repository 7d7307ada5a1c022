// What an explanation is made of: words, grids of numbers, and checks of what they say.
import { Matrix } from "ml-matrix";

export interface Explanation {
  readonly topic: string;
  readonly sections: readonly Section[];
  /** Whether all checks do. */
  readonly agrees: boolean;
}

export interface Section {
  readonly title: string;
  readonly text: readonly string[];
  /** Groups of grids to be shown side by side. */
  readonly grids: readonly (readonly Grid[])[];
  readonly checks: readonly Check[];
}

/** A matrix, or a picture of one channel. */
export interface Grid {
  readonly name: string;
  readonly values: readonly (readonly number[])[];
  /** Of a matrix: how many rows, and columns, make one row of the picture whose pixels they stand for. */
  readonly pictureRow?: { readonly rows: number; readonly columns: number };
}

/** Largest differences from the product with the matrix. */
export interface Check {
  readonly program: string;
  readonly tfjs: number;
  readonly onnx: number;
  /** Of float32 sums no more than what rounding explains. */
  readonly agrees: boolean;
}

export function explanation(topic: string, sections: readonly Section[]): Explanation {
  const agrees = sections.every(({ checks }) => checks.every((check) => check.agrees));
  return { topic, sections, agrees };
}

export function grid(name: string, matrix: Matrix, pictureRow: NonNullable<Grid["pictureRow"]>): Grid {
  return { name, values: matrix.to2DArray(), pictureRow };
}

/** A vector of pixels as the picture it is. */
export function picture(name: string, values: ArrayLike<number>, width: number): Grid {
  const pixels = Array.from(values);
  const rows = Array.from({ length: pixels.length / width }, (_, y) =>
    pixels.slice(y * width, (y + 1) * width),
  );
  return { name, values: rows };
}

export function product(matrix: Matrix, vector: readonly number[]): number[] {
  return matrix.mmul(Matrix.columnVector([...vector])).to1DArray();
}

/** How many values of a convolution's output look at each pixel: as many stamps the transposed one lays on it. */
export function stampsOf(X: Matrix): number[] {
  return X.transpose()
    .to2DArray()
    .map((row) => row.filter((value) => value !== 0).length);
}
