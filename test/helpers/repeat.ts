// For tests that act on work in another thread or process: a paused machine can make them act too late.
const MOST = 5;

/**
 * Attempts again while the attempt came too late, five times at most; gives the last one's result. Each has a number,
 * for a folder of its own. What must hold however late it came is asserted in the attempt.
 */
export async function repeat<T>(
  attempt: (number: number) => Promise<T>,
  { while: tooLate }: { readonly while: (result: T) => boolean },
): Promise<T> {
  for (let number = 1; ; number++) {
    const result = await attempt(number);
    if (number === MOST || !tooLate(result)) return result;
  }
}
