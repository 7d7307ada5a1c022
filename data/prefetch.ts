// Reads ahead: the next batches are on their way while a step runs on this one.
import { setImmediate } from "node:timers/promises";
import { DataOptionError } from "./errors.ts";

export interface PrefetchOptions {
  /** How many values are read, or being read, beyond the one in use. Default 2. */
  readonly ahead?: number;
}

type Outcome<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "end" }
  | { readonly kind: "error"; readonly error: unknown };

/**
 * The same values in the same order. An error comes in its place, after the values before it. Where the consumer
 * stops early, no new read is begun, the one under way is waited for, and the source is told (`return`).
 *
 * Throws `DataOptionError` at once where `ahead` is no whole number, at least 1.
 *
 * @example
 * for await (const batch of prefetch(batches(dataset, { shuffle: true }), { ahead: 2 })) step(batch);
 */
export function prefetch<T>(
  source: AsyncIterable<T>,
  options: PrefetchOptions = {},
): AsyncGenerator<T, void, void> {
  const { ahead = 2 } = options;
  if (!Number.isSafeInteger(ahead) || ahead < 1)
    throw new DataOptionError("ahead", ahead, "a whole number, at least 1");
  return readAhead(source, ahead);
}

async function* readAhead<T>(source: AsyncIterable<T>, ahead: number): AsyncGenerator<T, void, void> {
  const iterator = source[Symbol.asyncIterator]();
  const queue: Promise<Outcome<T>>[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let over = false;
  const begin = () => {
    // One after the other: not every iterator can be asked for a second value before it has given the first.
    const outcome = last.then(async (): Promise<Outcome<T>> => {
      if (over) return { kind: "end" };
      try {
        const { done, value } = await iterator.next();
        if (!done) return { kind: "value", value };
        over = true;
        return { kind: "end" };
      } catch (error) {
        over = true;
        return { kind: "error", error };
      }
    });
    last = outcome;
    queue.push(outcome);
  };
  try {
    while (true) {
      while (queue.length < ahead + 1) begin();
      const outcome = await queue.shift();
      if (!outcome || outcome.kind === "end") return;
      if (outcome.kind === "error") throw outcome.error;
      // A step may block this thread. What the file system has finished since the last one is only seen,
      // and the reads that follow it only begun, if the event loop gets a turn.
      await setImmediate();
      yield outcome.value;
    }
  } finally {
    const finished = over;
    over = true;
    await last;
    if (!finished) await iterator.return?.();
  }
}
