// The jobs of one set in the queue: put there once, looked for, withdrawn.
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { forEachBounded } from "../../../data/bounded.ts";
import type { Shard } from "../plan.ts";
import { ATTEMPTS, jobOptions, type SetJob, setId } from "./shard-job.ts";

/** Jobs put into the queue, or looked for, in one go. */
const BATCH = 500;
/** Jobs removed at a time. */
const AT_ONCE = 16;

export interface Failure {
  readonly shard: string;
  readonly reason: string;
}

export class SetJobs {
  readonly #queue: Queue;
  readonly #redis: Redis;
  readonly #set: SetJob;
  readonly #prefix: string;
  readonly #attempts: number;
  #adding: Promise<void> = Promise.resolve();
  #isOver = false;

  /** @param attempts how often a shard is tried */
  constructor(queue: Queue, redis: Redis, set: SetJob, attempts = ATTEMPTS) {
    this.#queue = queue;
    this.#redis = redis;
    this.#set = set;
    this.#prefix = `${setId(set)}-`;
    this.#attempts = attempts;
  }

  /** The name of the shard that a job of the queue makes; undefined for jobs of other sets. */
  shardOf(jobId: string): string | undefined {
    return jobId.startsWith(this.#prefix) ? jobId.slice(this.#prefix.length) : undefined;
  }

  /** Puts shards into the queue. One that is there already, by whomever it was put there, is not doubled. */
  async add(shards: readonly Shard[]): Promise<void> {
    this.#adding = this.#addBatches(shards);
    await this.#adding;
  }

  async #addBatches(shards: readonly Shard[]): Promise<void> {
    for (const some of batchesOf(shards)) {
      if (this.#isOver) return;
      const jobs = some.map((shard) => ({
        name: shard.name,
        data: { ...this.#set, shard: shard.number },
        opts: { ...jobOptions, attempts: this.#attempts, jobId: this.#idOf(shard) },
      }));
      await this.#queue.addBulk(jobs);
    }
  }

  /** Those of the shards that the queue knows nothing of. */
  async missing(shards: readonly Shard[]): Promise<readonly Shard[]> {
    const missing: Shard[] = [];
    for (const some of batchesOf(shards)) {
      const asked = this.#redis.pipeline();
      for (const shard of some) asked.exists(this.#queue.toKey(this.#idOf(shard)));
      const answers = (await asked.exec()) ?? [];
      for (const [i, [error, found]] of answers.entries()) {
        if (error) throw error;
        if (found === 0) missing.push(some[i] as Shard);
      }
    }
    return missing;
  }

  /** The jobs that have failed for good. */
  async failures(): Promise<readonly Failure[]> {
    const failed = await this.#queue.getFailed();
    return failed.flatMap(({ id = "", failedReason }) => {
      const shard = this.shardOf(id);
      return shard === undefined ? [] : [{ shard, reason: failedReason }];
    });
  }

  /** Takes the shards out of the queue that no worker has begun. */
  async withdraw(shards: readonly Pick<Shard, "name">[]): Promise<void> {
    await forEachBounded(shards.length, AT_ONCE, async (i) => {
      await this.#queue.remove(this.#idOf(shards[i] as Shard));
    });
  }

  /** Takes out those of the shards that no worker has begun, and puts none into the queue from now on. */
  async end(shards: readonly Shard[]): Promise<void> {
    this.#isOver = true;
    await this.#adding.catch(() => undefined);
    const unknown = new Set(await this.missing(shards));
    await this.withdraw(shards.filter((shard) => !unknown.has(shard)));
  }

  #idOf({ name }: Pick<Shard, "name">): string {
    return this.#prefix + name;
  }
}

function batchesOf<T>(all: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / BATCH);
  return Array.from({ length: count }, (_, i) => all.slice(i * BATCH, (i + 1) * BATCH));
}
