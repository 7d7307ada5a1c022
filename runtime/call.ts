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

/** A class, not closures: calls come by the hundred thousand. */
export class Call {
  readonly work: Work;
  /** Whether the items are the caller's no more. */
  readonly isGiven: boolean;
  readonly queuedAt = performance.now();
  /** Items that have been handed out. */
  taken = 0;
  #isOver = false;
  #arrived = 0;
  #answer: Answer | undefined;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #onOver: () => void;

  /** @param onOver called once, when the call has its answer or has failed */
  constructor(
    work: Work,
    isGiven: boolean,
    resolve: (answer: Answer) => void,
    reject: (reason: unknown) => void,
    onOver: () => void,
  ) {
    this.work = work;
    this.isGiven = isGiven;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onOver = onOver;
  }

  /** Takes in the results of a span: items of a batch of `count`, from number `from` on. */
  arrive({ start, end }: Span, result: JobResult, from: number, count: number): void {
    if (this.#isOver) return;
    const total = this.work.items.count;
    const length = end - start;
    // Nobody else's part of the batch: nothing need be copied.
    const part = length === count ? result : cutOut(result, from, from + length, count);
    this.#arrived += length;
    if (length < total) {
      this.#answer ??= emptyAnswer(part, length, total);
      fillIn(this.#answer, start, part, total);
    }
    if (this.#arrived < total) return;
    this.#end();
    this.#resolve(this.#answer ?? part);
  }

  /** Does nothing where the call has its answer or has failed already, as `arrive` then does. */
  fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#reject(reason);
  }

  #end(): void {
    this.#isOver = true;
    this.#onOver();
  }
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
