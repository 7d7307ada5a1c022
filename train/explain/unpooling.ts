// Unpooling as matrices: maps of half the size to maps of the whole size, one channel.
import { Matrix } from "ml-matrix";

/** Copies each of `side` × `side` values into a window of 2 × 2: a row per pixel, a column per value. */
export function nearestMatrix(side: number): Matrix {
  return ofWindows(side, () => true);
}

/**
 * Puts each value at one place of its window of 2 × 2, among zeros. Its transpose takes the value from there.
 *
 * @param switches each window's place, 0 to 3, row by row
 */
export function switchMatrix(side: number, switches: readonly number[]): Matrix {
  return ofWindows(side, (window, place) => switches[window] === place);
}

/** The first largest value's place in each window of 2 × 2. */
export function switchesOf(picture: readonly (readonly number[])[]): number[] {
  const side = picture.length / 2;
  return Array.from({ length: side * side }, (_, window) => {
    const [y, x] = [2 * Math.floor(window / side), 2 * (window % side)];
    const values = [0, 1, 2, 3].map((place) => picture[y + (place >> 1)]?.[x + (place & 1)] as number);
    return values.indexOf(Math.max(...values));
  });
}

function ofWindows(side: number, holds: (window: number, place: number) => boolean): Matrix {
  const matrix = Matrix.zeros(4 * side * side, side * side);
  for (let pixel = 0; pixel < matrix.rows; pixel++) {
    const [y, x] = [Math.floor(pixel / (2 * side)), pixel % (2 * side)];
    const window = Math.floor(y / 2) * side + Math.floor(x / 2);
    if (holds(window, 2 * (y % 2) + (x % 2))) matrix.set(pixel, window, 1);
  }
  return matrix;
}
