// Successive halving (Jamieson & Talwalkar, "Non-stochastic best arm identification", AISTATS 2016).
import type { EpochRecord } from "../run/state.ts";
import type { SweepConfig } from "./config.ts";

/**
 * Epochs after which trials are compared, and last the epochs of a whole run: 2, 6, 10 for 10 epochs with
 * `halving: { epochs: 2, eta: 3 }`. Without halving, one: all trials run to their own last epoch.
 */
export function rungs({ halving, base }: SweepConfig): number[] {
  if (!halving) return [Number.POSITIVE_INFINITY];
  const found: number[] = [];
  for (let epochs = halving.epochs; epochs < base.epochs; epochs *= halving.eta) found.push(epochs);
  return [...found, base.epochs];
}

/**
 * What a trial is worth after so many epochs, less being better: its lowest validation loss, whose weights its package
 * holds; without validation its last training loss. Infinite where it has none.
 */
export function score(history: readonly EpochRecord[], epochs = Number.POSITIVE_INFINITY): number {
  const seen = history.slice(0, epochs);
  const validated = seen.flatMap(({ validationLoss }) => (validationLoss === null ? [] : [validationLoss]));
  return validated.length > 0 ? Math.min(...validated) : (seen.at(-1)?.loss ?? Number.POSITIVE_INFINITY);
}

/**
 * The best 1/`eta` of the candidates, rounded down, at least one; in the order in which they came. Those with an
 * infinite score, the failed ones, never go on. Of two alike the earlier is taken.
 */
export function survivors<T>(candidates: readonly T[], scoreOf: (candidate: T) => number, eta: number): T[] {
  const places = Math.max(1, Math.floor(candidates.length / eta));
  const chosen = candidates
    .filter((candidate) => Number.isFinite(scoreOf(candidate)))
    .toSorted((a, b) => scoreOf(a) - scoreOf(b))
    .slice(0, places);
  return candidates.filter((candidate) => chosen.includes(candidate));
}
