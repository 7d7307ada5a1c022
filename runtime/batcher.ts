// Joins calls: what waits goes through the graphs together, in the order it came, and each call gets its own part back.
import { watchAborts } from "./abort-watch.ts";
import { type AnyValues, concat } from "./arrays.ts";
import type { Batching } from "./batching.ts";
import { arrive, type Call, type Part, type Work } from "./call.ts";
import { callTo, givenAway, InferenceError, QueueFullError, ThreadError, TimeoutError } from "./errors.ts";
import type { Answer, Executor, Job } from "./executor.ts";
import { areThere, type Items, partOf, viewOf } from "./input.ts";
import type { StatsRecorder } from "./stats.ts";
import type { CallOptions } from "./types.ts";

export interface Batcher {
  /**
   * Gives what `finish` makes of the answer. Rejects with `QueueFullError`, `TimeoutError`, the signal's reason, or what
   * the executor says. Items have been checked, and are not changed until the promise settles.
   */
  submit<R>(work: Work, options: CallOptions, finish: (answer: Answer) => R): Promise<R>;
  /** From now on nothing waits for others to fill a batch. Resolves when nothing waits or runs. */
  close(): Promise<void>;
}

/** Calls of one kind with items that have not gone to the graphs, oldest first. */
interface Queue {
  calls: Call[];
  /** Items of theirs. */
  items: number;
}

export function createBatcher(
  model: string,
  { run, lanes, fullLanes = lanes ?? 1, borrows = false, nextTurn = queueMicrotask }: Executor,
  { maxBatchSize, maxQueueDelay, maxQueueSize, timeout: usualTimeout }: Batching,
  stats: StatsRecorder,
): Batcher {
  const queues = new Map<Job["kind"], Queue>();
  let waitingCalls = 0;
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

  function end(call: Call): void {
    call.isOver = true;
    clearTimeout(call.deadline);
    call.unwatch?.();
  }

  /** Fails a call and runs no more of it. */
  function fail(call: Call, reason: unknown): void {
    if (call.isOver) return;
    end(call);
    call.reject(reason);
    const queue = queueOf(call.work);
    const at = queue.calls.indexOf(call);
    if (at < 0) return;
    queue.calls.splice(at, 1);
    waitingCalls--;
    queue.items -= call.work.count - call.taken;
  }

  const watchSignal = watchAborts(fail);

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
      let next: Queue | undefined;
      let soonest = Number.POSITIVE_INFINITY;
      for (const queue of queues.values()) {
        const [first] = queue.calls;
        const isFull = queue.items >= maxBatchSize;
        if (!first || !(isFull || running < (lanes ?? 1))) continue;
        // Until then it waits for others to fill a batch. What is due first goes first.
        const due = first.queuedAt + (isFull || isClosing ? 0 : maxQueueDelay);
        if (due < soonest) [next, soonest] = [queue, due];
      }
      if (!next) {
        if (waitingCalls + running === 0) whenIdle?.();
        return;
      }
      const wait = soonest - performance.now();
      if (wait > 0) {
        timer = setTimeout(startRuns, wait);
        return;
      }
      runTogether(takeBatch(next));
    }
  }

  /** The next batch of a queue. Only calls that are larger than a batch are taken apart. */
  function takeBatch(queue: Queue): readonly Part[] {
    const parts: Part[] = [];
    const now = performance.now();
    let room = maxBatchSize;
    let emptied = 0;
    for (const call of queue.calls) {
      const { taken } = call;
      const left = call.work.count - taken;
      if (room === 0 || (taken === 0 && left > room && room < maxBatchSize)) break;
      if (taken === 0) stats.queue.record(now - call.queuedAt);
      const count = Math.min(left, room);
      call.taken += count;
      parts.push({ call, start: taken, end: call.taken });
      room -= count;
      if (left === count) emptied++;
    }
    queue.items -= maxBatchSize - room;
    queue.calls.splice(0, emptied);
    waitingCalls -= emptied;
    return parts;
  }

  async function runTogether(taken: readonly Part[]): Promise<void> {
    const parts = taken.filter(({ call }) => {
      const isWhole = !call.isOver && call.work.inputs.every(areThere);
      if (!isWhole) fail(call, givenAway(call.work.kind));
      return isWhole;
    });
    if (parts.length === 0) return;
    running++;
    try {
      const job = makeJob(parts, borrows);
      const { outputs, milliseconds } = await run(job);
      stats.ran(job.count, milliseconds);
      let from = 0;
      for (const part of parts) {
        const { call, start, end: stop } = part;
        try {
          const answer = !call.isOver && arrive(part, outputs, from, job.count);
          if (answer) {
            call.resolve(call.finish(answer));
            end(call);
          }
        } catch (error) {
          fail(call, error);
        }
        from += stop - start;
      }
    } catch (error) {
      // Perhaps the values of one call alone were at fault, such as switches that point nowhere.
      const apart = parts.length > 1 && error instanceof InferenceError && !(error instanceof ThreadError);
      await Promise.all(parts.map((part) => (apart ? runTogether([part]) : fail(part.call, error))));
    } finally {
      running--;
      if (waitingCalls > 0 || isClosing) schedule();
    }
  }

  return {
    submit: (work, { signal, timeout = usualTimeout, transfer = false }, finish) =>
      new Promise((resolve, reject) => {
        const { kind, count } = work;
        if (signal?.aborted) return reject(signal.reason);
        if (waitingCalls >= maxQueueSize) {
          const reason = `${waitingCalls} calls are waiting already, the maxQueueSize; try again later`;
          return reject(new QueueFullError(`${callTo(kind, model)}: ${reason}`));
        }
        const call: Call = {
          work,
          transfer,
          queuedAt: performance.now(),
          taken: 0,
          arrived: 0,
          isOver: false,
          finish,
          resolve,
          reject,
        };
        if (signal) call.unwatch = watchSignal(signal, call);
        if (timeout < Number.POSITIVE_INFINITY) {
          const reason = ` did not end within ${timeout} ms, its timeout`;
          call.deadline = setTimeout(
            () => fail(call, new TimeoutError(callTo(kind, model) + reason)),
            timeout,
          );
        }
        stats.requests++;
        const queue = queueOf(work);
        queue.calls.push(call);
        waitingCalls++;
        queue.items += count;
        // Where graphs run in other threads, a batch that is full need not wait for the end of the turn.
        if (lanes && running < fullLanes && queue.items >= maxBatchSize) runTogether(takeBatch(queue));
        schedule();
      }),
    async close() {
      isClosing = true;
      await new Promise<void>((resolve) => {
        whenIdle = resolve;
        schedule();
      });
    },
  };
}

function makeJob(parts: readonly Part[], borrows: boolean): Job {
  const [{ call: first }] = parts as readonly [Part, ...Part[]];
  const { kind, inputs } = first.work;
  let count = 0;
  for (const { start, end } of parts) count += end - start;
  return {
    kind,
    count,
    inputs: inputs.map(({ dtype }, i) => {
      const values = parts.map(({ call, start, end }) => partOf(call.work.inputs[i] as Items, start, end));
      const [only] = values as [AnyValues, ...AnyValues[]];
      // One call's values may stay where they are if they are only read, or were given away as a whole.
      const isWhole = only.byteLength === only.buffer.byteLength;
      const isFree = values.length === 1 && (borrows || (first.transfer && isWhole));
      return isFree ? viewOf(only, dtype) : concat(values, dtype);
    }),
  };
}
