// Many asynchronous pieces of work, at most so many of them under way.

/**
 * Calls `work` for each of the numbers 0 to `count` - 1, in order, at most `limit` at a time. After a failure
 * nothing new is begun; what is under way is waited for, then the failure of the lowest number is thrown.
 */
export async function forEachBounded(
  count: number,
  limit: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  const failures = new Map<number, unknown>();
  let next = 0;
  const lane = async () => {
    while (next < count && failures.size === 0) {
      const index = next++;
      try {
        await work(index);
      } catch (error) {
        failures.set(index, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane));
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
}

/**
 * Gives the results of `work` for the numbers 0 to `count` - 1, in order, with at most `limit` under way or waiting to be
 * taken. A failure comes in its place. What is under way when the consumer stops early goes on, and is forgotten.
 */
export async function* inOrder<T>(
  count: number,
  limit: number,
  work: (index: number) => Promise<T>,
): AsyncGenerator<T, void, void> {
  const begun: Promise<T>[] = [];
  for (let next = 0; next < count || begun.length > 0; ) {
    for (; next < count && begun.length < limit; next++) {
      const result = work(next);
      // Where nobody comes to take it, its failure is nobody's.
      result.catch(() => {});
      begun.push(result);
    }
    yield await (begun.shift() as Promise<T>);
  }
}
