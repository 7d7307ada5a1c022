// Seeded random numbers, the same on every machine: shuffles must be repeatable for runs to be resumed.

/** A stream of numbers, uniform in [0, 1). */
export type Random = () => number;

/**
 * The generator sfc32 ("small fast counter", Chris Doty-Humphrey, PractRand 2010): 128 bits of state,
 * passes PractRand and BigCrush. State is filled by splitmix32 and, as its author does, warmed up.
 *
 * @param parts whole numbers; each different list gives its own stream, so `(seed, epoch)` needs no arithmetic
 */
export function seededRandom(...parts: readonly number[]): Random {
  let hash = 0;
  for (const part of parts)
    hash = mix((hash + 0x9e3779b9 + (part | 0)) | 0) ^ mix(Math.floor(part / 2 ** 32) | 0);
  const next = () => {
    hash = (hash + 0x9e3779b9) | 0;
    return mix(hash);
  };
  let a = next();
  let b = next();
  let c = next();
  let counter = 1;
  const random = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) random();
  return random;
}

/** The numbers 0 to n - 1 in random order: Fisher-Yates, Durstenfeld's form (CACM algorithm 235, 1964). */
export function permutation(n: number, random: Random): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}

/** The finalizer of MurmurHash3's 32-bit form (Appleby), as used by splitmix32. */
function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
