// Serves a queue: takes jobs, holds them while they are made, gives them back, tells of all that.
import type { Job } from "bullmq";
import { checkCount } from "../options.ts";
import type { ShardRecord } from "../record.ts";
import { watchConnection } from "./connection.ts";
import type { FeatureWorkerEvent } from "./events.ts";
import { isFinal, reasonOf } from "./failure.ts";
import { openRedis, reachRedis } from "./redis.ts";
import type { Report } from "./report.ts";
import { checkQueueName, parseShardJob, QUEUE_NAME, type ShardJob } from "./shard-job.ts";
import { within } from "./within.ts";

/**
 * Milliseconds for which a worker holds a shard without renewing that, which it does twice in this time. Long beside the
 * longest that writing a table keeps its thread busy, short beside making a shard: that of a worker which was killed is
 * free again after this time and two looks at it, half as long apart.
 */
const LOCK = 10_000;
/**
 * How often a shard may be taken over before it fails: processes that are killed at random, one after the other, do not
 * come to it; a shard that ends every process that touches it does.
 */
const TAKEN_OVER = 100;
/** Milliseconds for what is to be told to Redis at the end, which may be away. */
const FAREWELL = 3000;

export interface ServeOptions {
  /** The address of a Redis server. */
  readonly queue: string;
  /** Where it is not `latentkit-features`. */
  readonly queueName?: string;
  /** Of the worker, for those who watch. */
  readonly name: string;
  /** Shards under way at a time. Default 1. */
  readonly concurrency?: number;
  /** Milliseconds for which a shard is held without a sign of life. Default 10,000. */
  readonly lock?: number;
  /** Ends the work: the shard that is being made goes back to the queue. */
  readonly signal: AbortSignal;
  readonly onEvent?: (event: FeatureWorkerEvent) => void;
}

/** What a worker has done when it ends. */
export interface FeatureWork {
  readonly worker: string;
  readonly shards: number;
  readonly rows: number;
  readonly bad: number;
}

/** Makes the shard of a job, or finds it made. Rejects with the signal's reason when that aborts. */
export type MakeShard = (
  job: ShardJob,
  context: { readonly signal: AbortSignal; readonly report: (report: Omit<Report, "worker">) => void },
) => Promise<ShardRecord>;

/** Resolves when `signal` aborts. Rejects as `runFeatureWorker` does. */
export async function serveShards(options: ServeOptions, makeShard: MakeShard): Promise<FeatureWork> {
  const { queue, queueName = QUEUE_NAME, name, concurrency = 1, lock = LOCK, signal } = options;
  const { onEvent = () => {} } = options;
  checkQueueName(queueName);
  checkCount("concurrency", concurrency);
  checkCount("lock", lock);
  const place = await reachRedis(queue);
  const { Worker, WaitingError, UnrecoverableError } = await import("bullmq");
  const made = { shards: 0, rows: 0, bad: 0 };

  const work = async (job: Job<unknown>, token?: string): Promise<void> => {
    try {
      const data = parseShardJob(job.data);
      const report = (told: Omit<Report, "worker">) => {
        // A job that Redis has lost, or another worker has taken over, is made to its end all the same.
        job.updateProgress({ worker: name, ...told }).catch(() => undefined);
      };
      const { rows, bad } = await makeShard(data, { signal, report });
      made.shards++;
      made.rows += rows;
      made.bad += bad.length;
    } catch (error) {
      if (signal.aborted) {
        const isBack = await within(FAREWELL, job.moveToWait(token));
        if (isBack) onEvent({ type: "returned", shard: job.name });
        throw new WaitingError();
      }
      const reason = reasonOf(error, name);
      onEvent({ type: "failed", shard: job.name, reason });
      throw isFinal(error) ? new UnrecoverableError(reason) : new Error(reason);
    }
  };

  const redis = await openRedis(place);
  const unwatch = watchConnection(redis, onEvent);
  const worker = new Worker(queueName, work, {
    ...{ connection: place.connection, name, concurrency, skipVersionCheck: true },
    ...{ lockDuration: lock, stalledInterval: lock / 2, maxStalledCount: TAKEN_OVER },
    // After a lost connection it is to go on at once.
    runRetryDelay: 500,
  });
  worker.on("error", ({ message, syscall }: NodeJS.ErrnoException) => {
    // Sockets that break, and tries to connect that fail: that Redis is away our own connection tells, once.
    const isOfConnection = syscall !== undefined || redis.status !== "ready";
    if (!isOfConnection) onEvent({ type: "notice", message });
  });
  try {
    await within(FAREWELL, worker.waitUntilReady());
    onEvent({ type: "joined", queue: place.where, worker: name });
    await aborted(signal);
  } finally {
    unwatch();
    if (!(await within(FAREWELL, place.quiet()))) {
      place.giveUp();
      await place.quiet();
    }
    await within(2 * FAREWELL, worker.close());
    place.giveUp();
    redis.disconnect();
  }
  return { worker: name, ...made };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
