// An executor whose work happens in worker threads, so that this thread stays free.
import { availableParallelism } from "node:os";
import type { Executor, Job, JobResult } from "../executor.ts";
import type { NodeDevice } from "./devices.ts";
import type { StartOptions } from "./local.ts";
import { InferenceThread } from "./thread.ts";
import { type WorkerEntry, workerEntry } from "./worker-entry.ts";

/** A place for a thread: when one has ended unasked, the next job starts another. */
class Seat {
  readonly #entry: WorkerEntry;
  readonly #options: StartOptions;
  #thread: InferenceThread | undefined;
  /** Jobs that are in it. */
  jobs = 0;

  constructor(entry: WorkerEntry, options: StartOptions, thread?: InferenceThread) {
    this.#entry = entry;
    this.#options = options;
    this.#thread = thread;
  }

  async run(job: Job): Promise<JobResult> {
    this.jobs++;
    try {
      // Sent at once where there is a thread: this one may be busy with more calls before it comes back.
      const thread = this.#thread?.isUp ? this.#thread : await this.open();
      return await thread.run(job);
    } finally {
      this.jobs--;
    }
  }

  /** The thread, once it is ready. */
  async open(): Promise<InferenceThread> {
    if (!this.#thread || this.#thread.isGone) this.#thread = new InferenceThread(this.#entry, this.#options);
    const thread = this.#thread;
    await thread.ready;
    return thread;
  }

  async close(): Promise<void> {
    await this.#thread?.close();
  }
}

/** Each has a copy of the model: memory is what more would cost. */
const MOST_WORKERS = 4;

/**
 * Starts `workers` threads and waits until their graphs are loaded. Unless told, one per core on the CPU, at most 4, and
 * one on a GPU. Rejects as `startLocal` does.
 *
 * @param entry the thread's code; tests put their own here
 */
export async function startPool(
  options: StartOptions,
  workers: number | undefined,
  entry: WorkerEntry = workerEntry(import.meta.url, "worker"),
): Promise<Executor> {
  const cores = availableParallelism();
  const onCpu = workers ?? Math.max(1, Math.min(MOST_WORKERS, Math.floor(cores / (options.threads ?? 1))));
  const { threads = onCpu > 1 ? Math.max(1, Math.floor(cores / onCpu)) : undefined } = options;
  const shared = { ...options, threads };
  // The first one finds the device, which the others then open without trying better ones again.
  const first = new InferenceThread(entry, shared);
  const { device, passedOver } = await first.ready;
  const count = workers ?? (device === "cpu" ? onCpu : 1);
  const found = { ...shared, devices: [device as NodeDevice], byName: true };
  const seats = Array.from({ length: count }, (_, i) => new Seat(entry, found, i === 0 ? first : undefined));
  try {
    await Promise.all(seats.map((seat) => seat.open()));
  } catch (error) {
    await Promise.all(seats.map((seat) => seat.close()));
    throw error;
  }
  return {
    device,
    passedOver,
    // One job runs while the next is on its way.
    lanes: 2 * count,
    // A full batch gains nothing by waiting here, and this thread may be busy when a thread wants the next.
    fullLanes: 4 * count,
    nextTurn: setImmediate,
    run(job) {
      const [idlest] = seats.toSorted((a, b) => a.jobs - b.jobs) as [Seat, ...Seat[]];
      return idlest.run(job);
    },
    async close() {
      await Promise.all(seats.map((seat) => seat.close()));
    },
  };
}
