// Workers, the coordinator and Redis are killed while a set is made: nothing is lost, nothing is doubled.
import assert from "node:assert/strict";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { type QueueFeatureEvent, queueFeatures } from "../../../../export/index.ts";
import { startEventProcess } from "../../../helpers/event-process.ts";
import { contentOf, runExport } from "../../../helpers/feature-exports.ts";
import { fileScope } from "../../../helpers/file-scope.ts";
import { redisFor, skipWithoutRedis } from "../../../helpers/redis.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";
import { slowEncoder, writeTinyPackage } from "../../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../../helpers/tiny-images.ts";

const COUNT = 120;
const sizes = { shardSize: 16, batchSize: 8 } as const;
/** Milliseconds for which a worker that was killed holds its shard: short, for the tests to be. */
const LOCK = "1000";

const worker = new URL("working.ts", import.meta.url);
const coordinator = new URL("coordinating.ts", import.meta.url);
const skip = skipWithoutRedis();

let folder = "";
let images = "";
let model = "";
let expected: Record<string, string> = {};

before(async () => {
  if (skip) return;
  folder = await temporaryFolder(fileScope);
  images = await writeTinyImages(folder, COUNT);
  model = await writeTinyPackage(join(folder, "package"), { encoder: slowEncoder(3) });
  const whole = join(folder, "whole");
  await runExport(model, images, whole, { ...sizes, threads: 1, workers: 1 }).done;
  expected = await contentOf(whole);
});

function coordinate(out: string, queue: string) {
  const events: QueueFeatureEvent[] = [];
  const waiting = new Map<QueueFeatureEvent["type"], () => void>();
  const done = queueFeatures(model, images, {
    ...{ ...sizes, out, queue },
    onEvent: (event) => {
      events.push(event);
      waiting.get(event.type)?.();
    },
  });
  /** What is to come while the set is made. */
  const during = <T>(moment: Promise<T>): Promise<T> =>
    Promise.race([moment, done.then(() => assert.fail("the set was whole before"))]);
  const told = (type: QueueFeatureEvent["type"]): Promise<void> =>
    during(
      new Promise((resolve) => {
        if (events.some((event) => event.type === type)) resolve();
        else waiting.set(type, resolve);
      }),
    );
  return { done, events, during, told };
}

/** @param held the shard in whose middle it stops, the first being 1: whatever is slow, the set is not whole before */
const startWorker = (t: TestContext, url: string, held: number, lock = LOCK) =>
  startEventProcess(t, worker, [url, lock, String(held)]);

test("workers killed in the middle of a shard, and Redis killed and started again", { skip }, async (t) => {
  const redis = await redisFor(t, { keeps: true });
  const out = join(folder, "killed");
  const start = () => startWorker(t, redis.url, 1);
  const workers = [start(), start(), start()] as const;
  const [first, second, third] = workers;
  await Promise.all(workers.map((one) => one.told("joined")));
  const { done, events, during, told } = coordinate(out, redis.url);
  await during(Promise.all(workers.map((one) => one.told("held"))));
  assert.equal(await first.end("SIGKILL"), "SIGKILL");
  await redis.kill();
  assert.equal(await third.end("SIGKILL"), "SIGKILL");
  await redis.start();
  await told("redis-back");
  second.goOn();
  const { rows, shards } = await done;
  assert.deepEqual([rows, shards], [COUNT, 8]);
  assert.deepEqual(await contentOf(out), expected);
  const types = events.map(({ type }) => type);
  assert.ok(types.includes("redis-away") && types.includes("redis-back"), types.join());
  assert.equal(await second.end("SIGTERM"), 0);
});

test("Redis that has lost everything is given the shards again that are not whole", { skip }, async (t) => {
  const redis = await redisFor(t, { keeps: false });
  const out = join(folder, "forgotten");
  const one = startWorker(t, redis.url, 2);
  const { done, events, during } = coordinate(out, redis.url);
  await during(one.told("held"));
  await redis.kill();
  await redis.start();
  one.goOn();
  await done;
  assert.deepEqual(await contentOf(out), expected);
  const queued = events.flatMap((event) => (event.type === "queued" ? event.shards : []));
  assert.equal(queued[0], 8);
  assert.ok((queued[1] ?? 8) < 8, queued.join());
  assert.equal(await one.end("SIGTERM"), 0);
});

test("a coordinator that is killed is followed by one that goes on, with the jobs there are", {
  skip,
}, async (t) => {
  const redis = await redisFor(t, { keeps: true });
  const out = join(folder, "followed");
  const one = startEventProcess(t, coordinator, [model, images, out, redis.url]);
  await one.told("queued");
  // It is not killed, and so keeps the shard that it holds.
  const two = startWorker(t, redis.url, 2, "60000");
  await one.told("shard");
  assert.equal(await one.end("SIGKILL"), "SIGKILL");
  const { done, told } = coordinate(out, redis.url);
  // The first after a look at the queue.
  await told("progress");
  await two.told("held");
  two.goOn();
  const { kept } = await done;
  assert.ok(kept >= 1, String(kept));
  assert.deepEqual(await contentOf(out), expected);
  assert.equal(await two.end("SIGTERM"), 0);
  const begun = two.events.flatMap(({ type, shard }) => (type === "begin" ? [shard] : []));
  assert.deepEqual(begun, [...new Set(begun)]);
  assert.equal(begun.length, 8);
});
