// One call on its way: which of its items have gone to the graphs, and what has come back.
import type { Job, JobResult } from "./executor.ts";
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

export class Call {
  readonly work: Work;
  readonly queuedAt = performance.now();
  /** Items that have been handed out. */
  taken = 0;
  #isOver = false;
  #arrived = 0;
  #answer: Answer | undefined;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #onOver: () => void;
  /** Ends what would have ended the call early. */
  disarm: (() => void) | undefined;

  /** @param onOver called once, when the call has its answer or has failed */
  constructor(
    work: Work,
    resolve: (answer: Answer) => void,
    reject: (reason: unknown) => void,
    onOver: () => void,
  ) {
    this.work = work;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onOver = onOver;
  }

  get left(): number {
    return this.work.items.count - this.taken;
  }

  /** Hands out the next items. */
  take(count: number): Span {
    const start = this.taken;
    this.taken += count;
    return { items: this.work.items, start, end: this.taken };
  }

  /** Takes in the results of a span: items of a batch of `count`, from number `from` on. */
  arrive({ start, end }: Span, result: JobResult, from: number, count: number): void {
    if (this.#isOver) return;
    const total = this.work.items.count;
    this.#arrived += end - start;
    const to = from + end - start;
    if (start === 0 && end === total) {
      // Nobody else's part of the batch: nothing need be copied.
      this.#succeed(count === total ? result : cutOut(result, from, to, count));
      return;
    }
    this.#answer ??= emptyAnswer(result, count, total);
    fillIn(this.#answer, start, cutOut(result, from, to, count), end - start);
    if (this.#arrived === total) this.#succeed(this.#answer);
  }

  fail(reason: unknown): void {
    if (this.#isOver) return;
    this.#end();
    this.#reject(reason);
  }

  #succeed(answer: Answer): void {
    this.#end();
    this.#resolve(answer);
  }

  #end(): void {
    this.#isOver = true;
    this.disarm?.();
    this.#onOver();
  }
}

/** Copies of items `from` to `to`, excluded, of `count`. */
function cutOut({ data, error, switches }: Answer, from: number, to: number, count: number): Answer {
  const size = data.length / count;
  const part = data.slice(from * size, to * size);
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

/** Puts a part of `count` items where they belong, from number `start` on. */
function fillIn(whole: Answer, start: number, part: Answer, count: number): void {
  whole.data.set(part.data, (part.data.length / count) * start);
  if (part.error) whole.error?.set(part.error, start);
  part.switches?.forEach((values, i) => {
    whole.switches?.[i]?.set(values, (values.length / count) * start);
  });
}
