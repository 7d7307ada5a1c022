// Joins calls: what waits goes through the graphs together, in the order it came, and each call gets its own part back.
import { watchAborts } from "./abort-watch.ts";
import type { Batching } from "./batching.ts";
import { type Answer, Call, leftOf, take, type Work } from "./call.ts";
import { InferenceError, InputError, QueueFullError, ThreadError, TimeoutError } from "./errors.ts";
import type { Executor, Job } from "./executor.ts";
import { areThere, fillsBuffer, joinSpans, joinSwitches, type Span, viewSpan } from "./input.ts";
import type { StatsRecorder } from "./stats.ts";
import type { CallOptions } from "./types.ts";

export interface Batcher {
  /**
   * Gives what `finish` makes of the answer. Rejects with `QueueFullError`, `TimeoutError`, the signal's reason, or what
   * the executor says. Items have been checked, and are not changed until the promise settles.
   */
  submit<R>(work: Work, options: CallOptions, finish: (answer: Answer) => R): Promise<R>;
  /** From now on nothing waits for others to fill a batch. Resolves when no call is under way. */
  close(): Promise<void>;
}

/** Calls of one kind with items that have not gone to the graphs, oldest first. */
interface Queue {
  calls: Call[];
  /** Items of theirs. */
  items: number;
}

/** A call's share of a batch. */
interface Part {
  readonly call: Call;
  readonly span: Span;
}

export function createBatcher(
  model: string,
  { run, lanes, fullLanes = lanes ?? 1, borrows = false, nextTurn = queueMicrotask }: Executor,
  { maxBatchSize, maxQueueDelay, maxQueueSize, timeout: usualTimeout }: Batching,
  stats: StatsRecorder,
): Batcher {
  const queues = new Map<Job["kind"], Queue>();
  let waitingCalls = 0;
  /** Calls that have neither an answer nor failed. */
  let openCalls = 0;
  let running = 0;
  let isScheduled = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let whenIdle: (() => void) | undefined;
  let isClosing = false;

  function queueOf({ kind }: Work): Queue {
    const queue = queues.get(kind) ?? { calls: [], items: 0 };
    queues.set(kind, queue);
    return queue;
  }

  /** Fails a call and runs no more of it. */
  function give(call: Call, reason: unknown): void {
    call.fail(reason);
    const queue = queueOf(call.work);
    const at = queue.calls.indexOf(call);
    if (at < 0) return;
    queue.calls.splice(at, 1);
    waitingCalls--;
    queue.items -= leftOf(call);
  }

  const watchSignal = watchAborts(give);

  /** Runs start at the end of a turn, so that all calls of it go together. */
  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    nextTurn(() => {
      isScheduled = false;
      startRuns();
    });
  }

  function startRuns(): void {
    clearTimeout(timer);
    while (running < fullLanes) {
      const queue = ripest(running < (lanes ?? 1));
      if (!queue) return;
      runTogether(takeBatch(queue));
    }
  }

  /** Of the queues that need not wait for more calls, or fill a batch, the one whose first call is the oldest. */
  function ripest(mayBePart: boolean): Queue | undefined {
    let ripest: Queue | undefined;
    let oldest = Number.POSITIVE_INFINITY;
    let shortest = Number.POSITIVE_INFINITY;
    for (const queue of queues.values()) {
      const [first] = queue.calls;
      if (!first || !(mayBePart || queue.items >= maxBatchSize)) continue;
      const { queuedAt } = first;
      /** Milliseconds for which it should still wait for others to fill a batch. */
      const wait =
        isClosing || maxQueueDelay === 0 || queue.items >= maxBatchSize
          ? 0
          : queuedAt + maxQueueDelay - performance.now();
      if (wait > 0) shortest = Math.min(shortest, wait);
      else if (queuedAt < oldest) {
        oldest = queuedAt;
        ripest = queue;
      }
    }
    if (!ripest && shortest < Number.POSITIVE_INFINITY) timer = setTimeout(startRuns, shortest);
    return ripest;
  }

  /** The next batch of a queue. Only calls that are larger than a batch are taken apart. */
  function takeBatch(queue: Queue): readonly Part[] {
    const parts: Part[] = [];
    const now = performance.now();
    let room = maxBatchSize;
    let emptied = 0;
    for (const call of queue.calls) {
      const left = leftOf(call);
      if (call.taken === 0) {
        if (parts.length > 0 && left > room) break;
        stats.queued(now - call.queuedAt);
      }
      const count = Math.min(left, room);
      parts.push({ call, span: take(call, count) });
      room -= count;
      if (left > count) break;
      emptied++;
      if (room === 0) break;
    }
    queue.items -= maxBatchSize - room;
    queue.calls.splice(0, emptied);
    waitingCalls -= emptied;
    return parts;
  }

  async function runTogether(taken: readonly Part[]): Promise<void> {
    const parts = taken.filter(({ call }) => {
      const isWhole = areThere(call.work.items);
      if (!isWhole)
        give(call, new InputError(`${call.work.kind}: the values were given away by another call`));
      return isWhole;
    });
    if (parts.length === 0) return;
    running++;
    try {
      const job = makeJob(parts, borrows);
      const result = await run(job);
      stats.ran(job.count, result.milliseconds);
      let from = 0;
      for (const { call, span } of parts) {
        call.arrive(span, result, from, job.count);
        from += span.end - span.start;
      }
    } catch (error) {
      // Perhaps the values of one call alone were at fault, such as switches that point nowhere.
      const apart = parts.length > 1 && error instanceof InferenceError && !(error instanceof ThreadError);
      for (const part of parts) apart ? runTogether([part]) : give(part.call, error);
    } finally {
      running--;
      if (waitingCalls > 0) schedule();
    }
  }

  return {
    submit: (work, { signal, timeout = usualTimeout, transfer = false }, finish) =>
      new Promise((resolve, reject) => {
        const { kind, items } = work;
        if (signal?.aborted) return reject(signal.reason);
        if (waitingCalls >= maxQueueSize) return reject(new QueueFullError(kind, model, waitingCalls));
        const call = new Call(
          work,
          transfer,
          (answer) => resolve(finish(answer)),
          reject,
          () => {
            clearTimeout(deadline);
            unwatch?.();
            if (--openCalls === 0) whenIdle?.();
          },
        );
        const unwatch = signal && watchSignal(signal, call);
        const deadline =
          timeout < Number.POSITIVE_INFINITY
            ? setTimeout(() => give(call, new TimeoutError(kind, model, timeout)), timeout)
            : undefined;
        stats.requests++;
        openCalls++;
        const queue = queueOf(work);
        queue.calls.push(call);
        waitingCalls++;
        queue.items += items.count;
        // Where graphs run in other threads, a batch that is full need not wait for the end of the turn.
        if (lanes && running < fullLanes && queue.items >= maxBatchSize) runTogether(takeBatch(queue));
        schedule();
      }),
    async close() {
      isClosing = true;
      schedule();
      if (openCalls === 0) return;
      await new Promise<void>((resolve) => {
        whenIdle = resolve;
      });
    },
  };
}

/** Whether a part's values may become the executor's own as they are. */
function isGiven({ call, span }: Part): boolean {
  return call.isGiven && fillsBuffer(span);
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
    data: parts.length === 1 && (borrows || isGiven(first)) ? viewSpan(first.span) : joinSpans(spans),
    count: spans.reduce((sum, { start, end }) => sum + end - start, 0),
    ...(switches && { switches }),
  };
}
