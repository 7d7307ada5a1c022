// Work on many things, a few at a time.

/**
 * Calls `work` with each item in order, at most `lanes` at a time. After an error nothing new is begun; when all that
 * was under way has ended, it rejects with that error.
 */
export async function inParallel<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  const left = items.values();
  const lane = async () => {
    // All lanes take from one iterator.
    for (const item of left) {
      await work(item).catch((error) => errors.push(error));
      if (errors.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (errors.length > 0) throw errors[0];
}
