// Where a signal is in time and in frequency, and how much of the two it takes.
import { fourier } from "./fourier.ts";

export interface Localisation {
  /** In samples. */
  readonly time: Extent;
  /** In cycles per sample, from 0 to 0.5. */
  readonly frequency: Extent;
  /** Effective duration times effective bandwidth: see {@link localise}. */
  readonly area: number;
}

export interface Extent {
  readonly centre: number;
  readonly width: number;
}

/**
 * Gabor 1946 ("Theory of communication", J. IEE 93) describes a signal by the energy of its complex ("analytic") form over
 * time, and by the energy of its spectrum over positive frequencies. The width of each is here (∫e)²/∫e², as wide as a
 * rectangle of the same energy and the same ∫e²; unlike a standard deviation, a little noise far away does not
 * decide it. The area of the two is 1 for Gabor's elementary signal, an oscillation under a bell curve; 1.5 for a tone that
 * fills a window; and about n/8 for white noise of n samples.
 *
 * @throws RangeError for a signal that is 0 everywhere
 */
export function localise(signal: ArrayLike<number>): Localisation {
  // Padding to at least four times the length keeps the analytic signal's tails from meeting, and samples the spectrum finely.
  const size = 2 ** Math.ceil(Math.log2(4 * signal.length));
  const re = new Float64Array(size);
  re.set(Array.from(signal));
  const spectrum = fourier({ re, im: new Float64Array(size) });
  const positive = {
    re: spectrum.re.map((value, k) => value * onesided(k, size)),
    im: spectrum.im.map((value, k) => value * onesided(k, size)),
  };
  const frequency = extentOf(energy(positive).subarray(0, size / 2 + 1));
  const analytic = extentOf(energy(fourier(positive, true)), size);
  const inCycles = { centre: frequency.centre / size, width: frequency.width / size };
  return { time: analytic, frequency: inCycles, area: analytic.width * inCycles.width };
}

/** Negative frequencies are left out, and those counted twice that have one. */
function onesided(k: number, size: number): number {
  if (k === 0 || k === size / 2) return 1;
  return k < size / 2 ? 2 : 0;
}

function energy({ re, im }: { readonly re: Float64Array; readonly im: Float64Array }): Float64Array {
  return re.map((value, i) => value ** 2 + (im[i] as number) ** 2);
}

/** @param period of an `e` that goes round: its last quarter lies before its beginning */
function extentOf(e: Float64Array, period?: number): Extent {
  let [sum, squares, moment] = [0, 0, 0];
  e.forEach((value, i) => {
    const at = period !== undefined && i >= 0.75 * period ? i - period : i;
    sum += value;
    squares += value ** 2;
    moment += at * value ** 2;
  });
  if (squares === 0) throw new RangeError("a signal that is 0 everywhere has no place in time and frequency");
  return { centre: moment / squares, width: sum ** 2 / squares };
}
