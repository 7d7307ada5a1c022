// The jobs of a set, in a queue on a real Redis.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, type TestContext, test } from "node:test";
import { Queue, UnrecoverableError, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { Shard } from "../../../../export/features/plan.ts";
import { SetJobs } from "../../../../export/features/queue/set-jobs.ts";
import type { SetJob } from "../../../../export/features/queue/shard-job.ts";
import { fileScope } from "../../../helpers/file-scope.ts";
import { redisFor, skipWithoutRedis } from "../../../helpers/redis.ts";
import { setJob as set } from "./set-job.ts";

const skip = skipWithoutRedis();
/** More than are put into the queue in one go. */
const shards: readonly Shard[] = Array.from({ length: 1100 }, (_, number) => ({
  ...{ number, name: `part-${number}`, start: number, end: number + 1 },
}));
const some = shards.slice(0, 3);

let url = "";

before(async () => {
  if (skip) return;
  ({ url } = await redisFor(fileScope, { keeps: false }));
});

function queueWith(t: TestContext) {
  const queue = new Queue(randomUUID(), { connection: { url } });
  const redis = new Redis(url);
  t.after(async () => {
    redis.disconnect();
    await queue.close();
  });
  return { queue, jobsOf: (one: SetJob, attempts?: number) => new SetJobs(queue, redis, one, attempts) };
}

test("a shard is put there once, by whomever; those that are missing are told", { skip }, async (t) => {
  const { queue, jobsOf } = queueWith(t);
  const [one, other] = [jobsOf(set), jobsOf(structuredClone(set))];
  assert.deepEqual(await one.missing(shards), shards);
  await one.add(some);
  await other.add(shards.slice(1, 5));
  assert.equal(await queue.getWaitingCount(), 5);
  assert.deepEqual(await other.missing(shards), shards.slice(5));
  await jobsOf({ ...set, source: "/data/y.npy" }).add(some);
  assert.equal(await queue.getWaitingCount(), 8);
});

test("what is under way into the queue when its set ends is taken out as well", { skip }, async (t) => {
  const { queue, jobsOf } = queueWith(t);
  const [jobs, others] = [jobsOf(set), jobsOf({ ...set, out: "/data/other" })];
  await others.add(some);
  const adding = jobs.add(shards);
  await jobs.end(shards);
  await adding;
  await jobs.add(some);
  assert.equal(await queue.getWaitingCount(), 3);
  assert.deepEqual(await others.missing(shards), shards.slice(3));
});

test("a shard that is being made stays when its set ends", { skip }, async (t) => {
  const { queue, jobsOf } = queueWith(t);
  const jobs = jobsOf(set);
  await jobs.add(some);
  const worker = new Worker(queue.name, null, { connection: { url, maxRetriesPerRequest: null } });
  t.after(() => worker.close());
  const job = await worker.getNextJob("token");
  await jobs.end(some);
  assert.deepEqual(await jobs.missing(some), some.slice(1));
  await job?.moveToCompleted(null, "token", false);
  assert.deepEqual(await jobs.missing(some), some);
});

test("those are told that have failed for good, of the own set alone", { skip }, async (t) => {
  const { queue, jobsOf } = queueWith(t);
  const [jobs, others] = [jobsOf(set, 1), jobsOf({ ...set, out: "/data/other" }, 2)];
  const worker = new Worker(queue.name, null, { connection: { url, maxRetriesPerRequest: null } });
  t.after(() => worker.close());
  const failNext = async (error: Error) => (await worker.getNextJob("token"))?.moveToFailed(error, "token");
  await jobs.add(some.slice(0, 1));
  await failNext(new Error("no disk"));
  await others.add(some.slice(0, 2));
  await failNext(new UnrecoverableError("no such plan"));
  await failNext(new Error("no network"));
  assert.deepEqual(await jobs.failures(), [{ shard: "part-0", reason: "no disk" }]);
  assert.deepEqual(await others.failures(), [{ shard: "part-0", reason: "no such plan" }]);
  assert.equal(await queue.getDelayedCount(), 1);
});
