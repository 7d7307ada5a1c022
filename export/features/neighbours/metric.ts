// How far codes are from each other.

/** `cosine`: 1 − the cosine of the angle between two codes; `euclidean`: the length of their difference. */
export type Metric = "cosine" | "euclidean";

export const metrics: readonly Metric[] = ["cosine", "euclidean"];

/** Codes of a table, flat, row after row. */
export interface CodeRows {
  readonly codes: Float32Array;
  readonly size: number;
}

/** A row of a table and its distance. */
export interface Hit {
  readonly row: number;
  readonly distance: number;
}

/**
 * The distances from a code to all rows. Nothing points in a direction of its own but zero, whose cosine with anything
 * counts as 0.
 */
export function distancesTo(code: Float32Array, { codes, size }: CodeRows, metric: Metric): Float32Array {
  const rows = codes.length / size;
  const out = new Float32Array(rows);
  const own = Math.sqrt(squares(code));
  for (let row = 0, at = 0; row < rows; row++, at += size) {
    let dot = 0;
    let norm = 0;
    let squared = 0;
    for (let i = 0; i < size; i++) {
      const a = code[i] as number;
      const b = codes[at + i] as number;
      dot += a * b;
      norm += b * b;
      squared += (a - b) ** 2;
    }
    const lengths = own * Math.sqrt(norm);
    out[row] = metric === "euclidean" ? Math.sqrt(squared) : 1 - (lengths > 0 ? dot / lengths : 0);
  }
  return out;
}

/** The `count` smallest, nearest first; of equal ones the first rows. */
export function nearest(distances: Float32Array, count: number): readonly Hit[] {
  const hits: Hit[] = [];
  for (let row = 0; row < distances.length; row++) {
    const distance = distances[row] as number;
    if (hits.length === count && distance >= (hits.at(-1)?.distance ?? 0)) continue;
    let at = hits.length;
    while (at > 0 && (hits[at - 1] as Hit).distance > distance) at--;
    hits.splice(at, 0, { row, distance });
    if (hits.length > count) hits.pop();
  }
  return hits;
}

function squares(code: Float32Array): number {
  return code.reduce((sum, value) => sum + value * value, 0);
}
