// One call on its way: which of its items have gone to the graphs, and what has come back.
import { arraysOf, type Job, type JobResult } from "./executor.ts";
import type { Items, Span } from "./input.ts";

/** What a call is about. */
export interface Work {
  readonly kind: Job["kind"];
  readonly items: Items;
  /** For `decode`: as many items of each of the decoder's switches. */
  readonly switches?: readonly Items<Int32Array>[];
}

/** What a call gives, flat. */
export type Answer = Omit<JobResult, "milliseconds">;

export interface Call {
  readonly work: Work;
  readonly queuedAt: number;
  /** Items that have been handed out. */
  taken: number;
  /** Takes in the results of a span: items of a batch of `count`, from number `from` on. */
  arrive(span: Span, result: JobResult, from: number, count: number): void;
  /** Does nothing where the call has its answer or has failed already, as `arrive` then does. */
  fail(reason: unknown): void;
}

/** @param onOver called once, when the call has its answer or has failed */
export function openCall(
  work: Work,
  resolve: (answer: Answer) => void,
  reject: (reason: unknown) => void,
  onOver: () => void,
): Call {
  const total = work.items.count;
  let isOver = false;
  let arrived = 0;
  let answer: Answer | undefined;
  function end<T>(settle: (value: T) => void, value: T): void {
    if (isOver) return;
    isOver = true;
    onOver();
    settle(value);
  }
  return {
    work,
    queuedAt: performance.now(),
    taken: 0,
    arrive({ start, end: stop }, result, from, count) {
      if (isOver) return;
      const length = stop - start;
      // Nobody else's part of the batch: nothing need be copied.
      const part = length === count ? result : cutOut(result, from, from + length, count);
      if (length === total) return end(resolve, part);
      answer ??= emptyAnswer(part, length, total);
      fillIn(answer, start, part, total);
      arrived += length;
      if (arrived === total) end(resolve, answer);
    },
    fail: (reason) => end(reject, reason),
  };
}

/** Hands out the next items. */
export function take(call: Call, count: number): Span {
  const start = call.taken;
  call.taken += count;
  return { items: call.work.items, start, end: call.taken };
}

/** Items that have not been handed out. */
export function leftOf({ work, taken }: Call): number {
  return work.items.count - taken;
}

/** Copies of items `from` to `to`, excluded, of `count`. */
function cutOut({ data, error, switches }: Answer, from: number, to: number, count: number): Answer {
  const size = data.length / count;
  const part = data.slice(from * size, to * size);
  // Codes of single items come by the hundred thousand.
  if (!error && !switches) return { data: part };
  return {
    data: part,
    ...(error && { error: error.slice(from, to) }),
    ...(switches && {
      switches: switches.map((values) => {
        const width = values.length / count;
        return values.slice(from * width, to * width);
      }),
    }),
  };
}

/** Room for `total` items, each of the sizes of those of an answer of `count`. */
function emptyAnswer({ data, error, switches }: Answer, count: number, total: number): Answer {
  return {
    data: new Float32Array((data.length / count) * total),
    ...(error && { error: new Float32Array(total) }),
    ...(switches && { switches: switches.map((values) => new Int32Array((values.length / count) * total)) }),
  };
}

/** Puts a part where it belongs in `total` items: from number `start` on. */
function fillIn(whole: Answer, start: number, part: Answer, total: number): void {
  const parts = arraysOf(part);
  arraysOf(whole).forEach((values, i) => {
    values.set(parts[i] ?? [], (values.length / total) * start);
  });
}
