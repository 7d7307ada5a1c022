// The largest difference between two outputs, and where it is.
import type { Samples } from "./samples.ts";

export interface LargestDifference {
  readonly maxAbs: number;
  readonly index: readonly number[];
  readonly expected: number;
  readonly actual: number;
}

/** Shapes must be the same. Anything that is not finite counts as Infinity away, whatever stands on the other side. */
export function largestDifference(expected: Samples, actual: Samples): LargestDifference {
  let maxAbs = -1;
  let at = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const difference = Math.abs(Number(expected.data[i]) - Number(actual.data[i]));
    const size = Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY;
    if (size > maxAbs) {
      maxAbs = size;
      at = i;
    }
  }
  return {
    maxAbs: Math.max(maxAbs, 0),
    index: position(at, expected.shape),
    expected: Number(expected.data[at]),
    actual: Number(actual.data[at]),
  };
}

/** Flat number to coordinates, row-major. */
function position(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const dimension of shape.toReversed()) {
    index.unshift(rest % dimension);
    rest = Math.floor(rest / dimension);
  }
  return index;
}
