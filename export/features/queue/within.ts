// Waits for what may never come, but not for ever.

/** Resolves when the work is done or has failed, or after so many milliseconds; gives whether it was done. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    // Where this thread was busy until now, the answer may be there, and not read yet.
    timer = setTimeout(() => setImmediate(resolve, false), milliseconds);
  });
  const done = work.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The work's result; rejects with the signal's reason as soon as it aborts. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  // Where nobody waits for it any more, its failure is nobody's.
  work.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort = () => {};
  const broken = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, broken]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
