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
