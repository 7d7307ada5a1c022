// The coordinator: plans a set, puts its shards into a queue, waits for the workers, completes the set.
import { resolve } from "node:path";
import { absoluteSpec } from "../../../data/index.ts";
import { completeSet, type ExportedFeatures, type MakeShards } from "../complete.ts";
import { openJob } from "../job.ts";
import {
  type CheckedFeatureOptions,
  checkCount,
  checkFeatureOptions,
  type FeatureOptions,
} from "../options.ts";
import { type FeaturePlan, planHash, type Shard } from "../plan.ts";
import type { ShardRecord } from "../record.ts";
import { claimStorage } from "../set.ts";
import { openStorage } from "../storage/open.ts";
import { awaitShards } from "./await-shards.ts";
import { watchConnection } from "./connection.ts";
import type { QueueFeatureEvent } from "./events.ts";
import { asQueueError, openRedis, type RedisPlace, reachRedis } from "./redis.ts";
import { SetJobs } from "./set-jobs.ts";
import { ATTEMPTS, checkQueueName, QUEUE_NAME, type SetJob } from "./shard-job.ts";
import { unlessAborted, within } from "./within.ts";

/** Milliseconds for what is to be told to Redis at the end, which may be away. */
const FAREWELL = 3000;

/** Where it is computed is the workers' affair. */
export interface QueueFeatureOptions
  extends Omit<FeatureOptions, "out" | "onEvent" | "device" | "workers" | "threads"> {
  /** A place that all workers see by this name. A path is made absolute. */
  readonly out: string;
  /** The address of a Redis server. */
  readonly queue: string;
  /** Where it is not `latentkit-features`. */
  readonly queueName?: string;
  /**
   * How often a shard is tried that could not be made, with longer and longer pauses. A bad item, and a machine that comes
   * to another plan, end the work at the first. Default 5, within half a minute.
   */
  readonly attempts?: number;
  readonly onEvent?: (event: QueueFeatureEvent) => void;
}

/**
 * As `exportFeatures`, but the shards are made by those who run `runFeatureWorker` on the same queue, on any number of
 * machines that see package, source and storage at the same places. The set is the same, row for row, whatever is killed
 * meanwhile, Redis included: a shard counts when its record is in the storage, and one that the queue has lost goes into
 * it again. Called again, it goes on, whether the one before was killed or still runs.
 *
 * When a shard fails for good, or `signal` aborts, the shards that no worker has begun leave the queue; those that are
 * being made are finished and kept.
 *
 * Rejects with what `exportFeatures` rejects with, and with `FeatureQueueError` where Redis can't be used and where a shard
 * could not be made.
 *
 * @example
 * await queueFeatures("/models/mnist", "/data/photos", { out: "/data/features", queue: "redis://store:6379" });
 */
export async function queueFeatures(
  packageFolder: string,
  source: string,
  { queue, queueName = QUEUE_NAME, attempts = ATTEMPTS, onEvent = () => {}, ...options }: QueueFeatureOptions,
): Promise<ExportedFeatures> {
  const checked = checkFeatureOptions(options);
  checkQueueName(queueName);
  checkCount("attempts", attempts);
  const { signal } = checked;
  const place = await reachRedis(queue);
  const storage = openStorage(options.out);
  const job = await openJob(packageFolder, source, checked);
  const plan = await claimStorage(storage, job.plan).finally(job.close);
  const make: MakeShards = async (missing, onShard) => {
    const set = await setJob(packageFolder, source, options.out, plan, checked);
    const begun = performance.now();
    const surroundings = { place, queueName, attempts, storage, plan, signal, onEvent, onShard };
    await makeByQueue(missing, set, surroundings);
    return (performance.now() - begun) / 1000;
  };
  return completeSet(storage, plan, make, { signal, onEvent });
}

interface Surroundings {
  readonly place: RedisPlace;
  readonly queueName: string;
  /** Default 5. */
  readonly attempts?: number;
  readonly storage: ReturnType<typeof openStorage>;
  readonly plan: FeaturePlan;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: QueueFeatureEvent) => void;
  readonly onShard: (shard: Shard, record: ShardRecord) => void;
}

/** Puts the shards into a queue; resolves when all are whole. Rejects as `queueFeatures` does. */
export async function makeByQueue(
  missing: readonly Shard[],
  set: SetJob,
  { place, queueName, attempts, onShard, ...surroundings }: Surroundings,
): Promise<void> {
  const { signal, onEvent } = surroundings;
  const { Queue, QueueEvents } = await import("bullmq");
  const options = { connection: place.connection, skipVersionCheck: true };
  const redis = await openRedis(place);
  const unwatch = watchConnection(redis, onEvent);
  const queue = new Queue(queueName, options);
  const events = new QueueEvents(queueName, options);
  // What Redis can't be told now it is told later; that it is away is told by the connection of our own.
  queue.on("error", () => {});
  events.on("error", () => {});
  const jobs = new SetJobs(queue, redis, set, attempts);
  try {
    // What has failed under an earlier coordinator is tried anew.
    const failed = jobs.failures().then((all) => jobs.withdraw(all.map(({ shard }) => ({ name: shard }))));
    await unlessAborted(signal, failed);
    await awaitShards(missing, { ...surroundings, jobs, queue, events }, onShard);
  } catch (error) {
    throw asQueueError(place, error);
  } finally {
    unwatch();
    const told = await within(FAREWELL, jobs.end(missing));
    if (!told) place.giveUp();
    await within(FAREWELL, Promise.all([queue.close(), events.close()]));
    place.giveUp();
    redis.disconnect();
  }
}

async function setJob(
  packageFolder: string,
  source: string,
  out: string,
  plan: FeaturePlan,
  options: CheckedFeatureOptions,
): Promise<SetJob> {
  const { format, compression, shardSize, batchSize } = plan;
  const { codes, label, error, keep, skipBad, dtype } = options;
  return {
    version: 1,
    package: absolute(packageFolder),
    source: await absoluteSpec(source),
    out: absolute(out),
    plan: planHash(plan),
    options: {
      ...{ format, compression, shardSize, batchSize },
      ...{ codes, label, error, keep: [...keep], skipBad, dtype },
    },
  };
}

/** Of a path; an address such as `s3://bucket/features` is as it is. */
function absolute(place: string): string {
  return /^[a-z][a-z\d+.-]*:\/\//i.test(place) ? place : resolve(place);
}
