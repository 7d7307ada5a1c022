// The strength of a probe's penalty, chosen on rows that it is not fitted to.
import { permutation, seededRandom } from "../../data/index.ts";
import type { Labelled } from "./knn.ts";
import { pickRows } from "./pick.ts";
import { type ProbeOptions, probe } from "./probe.ts";

/** Inverse strengths to choose from. */
export const candidates: readonly number[] = [0.001, 0.003, 0.01, 0.03, 0.06, 0.1, 0.3, 1, 3];
/** Of the rows, held back for choosing. */
const HELD = 1 / 6;

export interface Choice {
  /** Inverse strength of the L2 penalty, as `probe` takes it. */
  readonly c: number;
  /** Share of the rows held back that it classifies rightly, 0 to 1. */
  readonly accuracy: number;
}

/**
 * Fits probes to five sixths of the rows and takes the best on the others, which are drawn by seed; of equals the one with
 * the stronger penalty. Candidates are tried from strong to weak until two in a row have done worse than the best.
 */
export async function chooseC(
  rows: Labelled,
  size: number,
  { seed = 1, ...options }: Omit<ProbeOptions, "c"> & { readonly seed?: number } = {},
): Promise<Choice> {
  const order = permutation(rows.labels.length, seededRandom(seed));
  const count = Math.max(1, Math.round(HELD * order.length));
  const [held, fitted] = [
    pickRows(rows, size, order.subarray(0, count)),
    pickRows(rows, size, order.subarray(count)),
  ];
  let best: Choice | undefined;
  let worse = 0;
  for (const c of candidates) {
    const { accuracy } = await probe(fitted, held, size, { ...options, c });
    if (best && accuracy <= best.accuracy) worse++;
    else [best, worse] = [{ c, accuracy }, 0];
    if (worse === 2) break;
  }
  return best as Choice;
}
