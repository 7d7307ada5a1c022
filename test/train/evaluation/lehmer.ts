// Numbers that the reference values in these tests were computed from, made so that Python makes the same ones.

/** `count` numbers in (0, 1) of the generator of Lehmer, as Park & Miller 1988 have it: exact in any language. */
export function lehmer(seed: number, count: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  });
}
