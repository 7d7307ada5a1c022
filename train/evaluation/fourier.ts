// The discrete Fourier transform of a real signal, by Cooley & Tukey's algorithm of radix 2.

/** Real and imaginary parts. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Σ xₙ·exp(∓2πi·kn/N) for k from 0 to N-1; the sign is minus, plus where `inverse` (which also divides by N).
 *
 * @param signal N values; N a power of two
 * @throws RangeError for another N
 */
export function fourier({ re, im }: Complex, inverse = false): Complex {
  const size = re.length;
  if (size === 0 || (size & (size - 1)) !== 0 || im.length !== size) {
    throw new RangeError(`a signal of ${size} and ${im.length} values; expected a power of two, twice`);
  }
  const [outRe, outIm] = [new Float64Array(size), new Float64Array(size)];
  const bits = Math.log2(size);
  for (let i = 0; i < size; i++) {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
    outRe[reversed] = re[i] as number;
    outIm[reversed] = im[i] as number;
  }
  for (let half = 1; half < size; half *= 2) {
    const turn = ((inverse ? 1 : -1) * Math.PI) / half;
    for (let k = 0; k < half; k++) {
      const [cos, sin] = [Math.cos(turn * k), Math.sin(turn * k)];
      for (let a = k; a < size; a += 2 * half) {
        const b = a + half;
        const [bRe, bIm] = [outRe[b] as number, outIm[b] as number];
        const [turnedRe, turnedIm] = [bRe * cos - bIm * sin, bRe * sin + bIm * cos];
        const [aRe, aIm] = [outRe[a] as number, outIm[a] as number];
        [outRe[a], outIm[a]] = [aRe + turnedRe, aIm + turnedIm];
        [outRe[b], outIm[b]] = [aRe - turnedRe, aIm - turnedIm];
      }
    }
  }
  if (!inverse) return { re: outRe, im: outIm };
  return { re: outRe.map((value) => value / size), im: outIm.map((value) => value / size) };
}
