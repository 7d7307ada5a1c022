// Joins calls: what waits goes through the graphs together, in the order it came, and each call gets its own part back.
import { AbortWatch } from "./abort-watch.ts";
import type { Batching } from "./batching.ts";
import { type Answer, Call, type Work } from "./call.ts";
import { InferenceError, QueueFullError, ThreadError, TimeoutError } from "./errors.ts";
import type { Executor, Job } from "./executor.ts";
import { joinSpans, joinSwitches, type Span, viewSpan } from "./input.ts";
import type { StatsRecorder } from "./stats.ts";
import type { CallOptions } from "./types.ts";

type Kind = Job["kind"];

/** A call's share of a batch. */
interface Part {
  readonly call: Call;
  readonly span: Span;
}

export class Batcher {
  readonly #model: string;
  readonly #executor: Executor;
  readonly #batching: Batching;
  readonly #stats: StatsRecorder;
  /** Calls with items that have not gone to the graphs, oldest first. */
  readonly #waiting = new Map<Kind, Call[]>();
  /** Items of theirs. */
  readonly #waitingItems = new Map<Kind, number>();
  #waitingCalls = 0;
  /** Calls that have neither an answer nor failed. */
  #openCalls = 0;
  readonly #whenIdle: (() => void)[] = [];
  readonly #aborts = new AbortWatch<Call>((call, reason) => this.#give(call, reason));
  #running = 0;
  #isScheduled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosing = false;

  constructor(model: string, executor: Executor, batching: Batching, stats: StatsRecorder) {
    this.#model = model;
    this.#executor = executor;
    this.#batching = batching;
    this.#stats = stats;
  }

  /**
   * Gives what `finish` makes of the answer. Rejects with `QueueFullError`, `TimeoutError`, the signal's reason, or what
   * the executor says. Items have been checked, and are not changed until the promise settles.
   */
  submit<R>(
    work: Work,
    { signal, timeout = this.#batching.timeout }: CallOptions,
    finish: (answer: Answer) => R,
  ): Promise<R> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.#waitingCalls >= this.#batching.maxQueueSize) {
        return reject(new QueueFullError(work.kind, this.#model, this.#waitingCalls));
      }
      const call = new Call(work, (answer) => resolve(finish(answer)), reject, this.#onOver);
      if (signal || timeout !== Number.POSITIVE_INFINITY) this.#endEarly(call, signal, timeout);
      this.#stats.requests++;
      this.#openCalls++;
      const queue = this.#waiting.get(work.kind) ?? [];
      queue.push(call);
      this.#waiting.set(work.kind, queue);
      this.#waitingCalls++;
      this.#count(work.kind, work.items.count);
      this.#startFull(work.kind, queue);
      this.#schedule();
    });
  }

  #count(kind: Kind, items: number): void {
    this.#waitingItems.set(kind, (this.#waitingItems.get(kind) ?? 0) + items);
  }

  /** Where graphs run in other threads, a batch that is full need not wait for the end of the turn. */
  #startFull(kind: Kind, queue: Call[]): void {
    const { lanes } = this.#executor;
    if (lanes === undefined || this.#running >= lanes) return;
    if ((this.#waitingItems.get(kind) ?? 0) >= this.#batching.maxBatchSize) this.#run(this.#take(queue));
  }

  /** From now on nothing waits for others to fill a batch. Resolves when no call is under way. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#schedule();
    while (this.#openCalls > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  readonly #onOver = (): void => {
    this.#openCalls--;
    if (this.#openCalls === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  };

  #endEarly(call: Call, signal: AbortSignal | undefined, timeout: number): void {
    const { kind } = call.work;
    if (signal) this.#aborts.add(signal, call);
    const timer =
      timeout === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => this.#give(call, new TimeoutError(kind, this.#model, timeout)), timeout);
    call.disarm = () => {
      clearTimeout(timer);
      if (signal) this.#aborts.remove(signal, call);
    };
  }

  /** Fails a call and runs no more of it. */
  #give(call: Call, reason: unknown): void {
    call.fail(reason);
    const queue = this.#waiting.get(call.work.kind);
    const at = queue?.indexOf(call) ?? -1;
    if (at < 0) return;
    queue?.splice(at, 1);
    this.#waitingCalls--;
    this.#count(call.work.kind, -call.left);
  }

  /** Runs start at the end of a turn, so that all calls of it go together. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const { nextTurn = queueMicrotask } = this.#executor;
    nextTurn(() => {
      this.#isScheduled = false;
      this.#start();
    });
  }

  #start(): void {
    clearTimeout(this.#timer);
    while (this.#running < (this.#executor.lanes ?? 1)) {
      const queue = this.#ripest();
      const parts = queue && this.#take(queue);
      if (!parts) return;
      this.#run(parts);
    }
  }

  /** Of the queues that need not wait for more calls, the one whose first call is the oldest. */
  #ripest(): Call[] | undefined {
    let ripest: Call[] | undefined;
    let shortest = Number.POSITIVE_INFINITY;
    for (const queue of this.#waiting.values()) {
      const [oldest] = queue;
      if (!oldest) continue;
      const wait = this.#isClosing ? 0 : this.#waitOf(queue, oldest);
      if (wait > 0) shortest = Math.min(shortest, wait);
      else if (!ripest?.[0] || oldest.queuedAt < ripest[0].queuedAt) ripest = queue;
    }
    if (!ripest && shortest < Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.#start(), shortest);
    }
    return ripest;
  }

  /** Milliseconds for which a queue should still wait for others to fill a batch. */
  #waitOf(queue: readonly Call[], oldest: Call): number {
    const { maxBatchSize, maxQueueDelay } = this.#batching;
    if (maxQueueDelay === 0) return 0;
    let items = 0;
    for (const call of queue) {
      items += call.left;
      if (items >= maxBatchSize) return 0;
    }
    return oldest.queuedAt + maxQueueDelay - performance.now();
  }

  /** The next batch of a queue. Only calls that are larger than a batch are taken apart. */
  #take(queue: Call[]): readonly Part[] {
    const parts: Part[] = [];
    const now = performance.now();
    let room = this.#batching.maxBatchSize;
    let emptied = 0;
    for (const call of queue) {
      if (call.taken === 0) {
        if (parts.length > 0 && call.left > room) break;
        this.#stats.queued(now - call.queuedAt);
      }
      const count = Math.min(call.left, room);
      this.#count(call.work.kind, -count);
      parts.push({ call, span: call.take(count) });
      room -= count;
      if (call.left > 0) break;
      emptied++;
      if (room === 0) break;
    }
    queue.splice(0, emptied);
    this.#waitingCalls -= emptied;
    return parts;
  }

  async #run(parts: readonly Part[]): Promise<void> {
    this.#running++;
    try {
      const job = makeJob(parts, this.#executor.borrows ?? false);
      const result = await this.#executor.run(job);
      this.#stats.ran(job.count, result.milliseconds);
      let from = 0;
      for (const { call, span } of parts) {
        call.arrive(span, result, from, job.count);
        from += span.end - span.start;
      }
    } catch (error) {
      // Perhaps the values of one call alone were at fault, such as switches that point nowhere.
      const apart = parts.length > 1 && error instanceof InferenceError && !(error instanceof ThreadError);
      if (apart) for (const part of parts) this.#run([part]);
      else for (const { call } of parts) this.#give(call, error);
    } finally {
      this.#running--;
      if (this.#waitingCalls > 0) this.#schedule();
    }
  }
}

function makeJob(parts: readonly Part[], borrows: boolean): Job {
  const [first] = parts as [Part, ...Part[]];
  const spans = parts.map(({ span }) => span);
  const switches = first.call.work.switches?.map((_, i) =>
    joinSwitches(
      parts.flatMap(({ call, span }) => {
        const items = call.work.switches?.[i];
        return items ? { ...span, items } : [];
      }),
    ),
  );
  return {
    kind: first.call.work.kind,
    data: borrows && parts.length === 1 ? viewSpan(first.span) : joinSpans(spans),
    count: spans.reduce((sum, { start, end }) => sum + end - start, 0),
    ...(switches && { switches }),
  };
}
