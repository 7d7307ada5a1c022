// Some rows of labelled codes.
import type { Labelled } from "./knn.ts";

/** Copies of these rows, in this order. @param size numbers of a code */
export function pickRows({ codes, labels }: Labelled, size: number, rows: Uint32Array) {
  const picked = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    picked.set(codes.subarray(row * size, (row + 1) * size), i * size);
  });
  return { codes: picked, labels: Int32Array.from(rows, (row) => labels[row] as number) };
}
