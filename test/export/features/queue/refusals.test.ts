// Workers, queues and servers that are not as they should be: what is told, and what goes on all the same.
import assert from "node:assert/strict";
import { access, copyFile, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { UnrecoverableError, Worker } from "bullmq";
import { Redis } from "ioredis";
import { type FeatureWorkerEvent, queueFeatures, runFeatureWorker } from "../../../../export/index.ts";
import { contentOf, runExport } from "../../../helpers/feature-exports.ts";
import { fileScope } from "../../../helpers/file-scope.ts";
import { redisFor, skipWithoutRedis } from "../../../helpers/redis.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";
import { slowEncoder, writeTinyPackage } from "../../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../../helpers/tiny-images.ts";
import { queueFor, sizes } from "./queue-for.ts";

const COUNT = 30;
const skip = skipWithoutRedis();

let folder = "";
let images = "";
let model = "";
let url = "";
let expected: Record<string, string> = {};

before(async () => {
  if (skip) return;
  folder = await temporaryFolder(fileScope);
  images = await writeTinyImages(folder, COUNT);
  model = await writeTinyPackage(join(folder, "package"));
  ({ url } = await redisFor(fileScope, { keeps: false }));
  await runExport(model, images, join(folder, "whole"), { ...sizes, threads: 1, workers: 1 }).done;
  expected = await contentOf(join(folder, "whole"));
});

const queue = (t: TestContext) => queueFor(t, { url, model, images });

/** Has Redis itself do something. */
async function command(name: string, ...words: string[]): Promise<void> {
  const redis = new Redis(url);
  await redis.call(name, ...words).finally(() => redis.quit());
}

test("a worker that does not see the storage says so; when it sees it, the same worker goes on", {
  skip,
}, async (t) => {
  const { coordinate, work, open, waiting } = queue(t);
  const [out, away] = [join(folder, "unseen"), join(folder, "away")];
  const { done, queued } = coordinate(out, { attempts: 1 });
  await queued;
  await rename(out, away);
  const { end } = work();
  await assert.rejects(done, {
    name: "FeatureQueueError",
    message: new RegExp(
      `^part-0000\\d was not written: worker \\S+: ${out}: has no plan\\.json here; ` +
        "expected the storage that the coordinator writes to, at the same place\\. " +
        "Shards that are whole are kept; run the same command again to go on$",
    ),
  });
  assert.equal(await waiting(), 0);
  // A job that the worker has still to fail would end the next coordinator.
  while ((await open()) > 0) await setTimeout(20);
  await rename(away, out);
  await coordinate(out).done;
  assert.deepEqual(await contentOf(out), expected);
  await end();
});

test("a worker that has no such package names the file that it misses", { skip }, async (t) => {
  const { coordinate, work } = queue(t);
  const own = await writeTinyPackage(join(folder, "own"));
  const { done, queued } = coordinate(join(folder, "packageless"), { attempts: 1 }, images, own);
  await queued;
  await rename(own, join(folder, "elsewhere"));
  const { end } = work();
  await assert.rejects(done, {
    name: "FeatureQueueError",
    message: new RegExp(
      `worker \\S+: ${join(own, "latentkit.json")}: is not there; expected what the coordinator has at the same place\\. `,
    ),
  });
  await end();
});

test("a job of another version is refused, and the worker goes on with others", { skip }, async (t) => {
  const { jobs, coordinate, work } = queue(t);
  let onFailed = (_: FeatureWorkerEvent) => {};
  const failed = new Promise<FeatureWorkerEvent>((resolve) => {
    onFailed = resolve;
  });
  const { end } = work((event) => {
    if (event.type === "failed") onFailed(event);
  });
  await jobs.add("part-00007", { version: 99 });
  const event = await failed;
  const out = join(folder, "versions");
  await coordinate(out).done;
  assert.deepEqual(await contentOf(out), expected);
  const { worker, shards } = await end();
  const reason =
    `worker ${worker}: a job in the queue is none of this version of LatentKit ` +
    "(version: Invalid type: Expected 1 but received 99); " +
    "expected the same version at the coordinator and at all workers";
  assert.deepEqual(event, { type: "failed", shard: "part-00007", reason });
  assert.equal(shards, 3);
  assert.deepEqual(
    (await jobs.getFailed()).map(({ failedReason }) => failedReason),
    [reason],
  );
});

test("a shard that is whole counts, whatever becomes of its job", { skip }, async (t) => {
  const { queueName, coordinate, work } = queue(t);
  const out = join(folder, "hint");
  const { done, queued } = coordinate(out);
  await queued;
  const stranger = new Worker(queueName, null, { connection: { url, maxRetriesPerRequest: null } });
  t.after(() => stranger.close());
  const job = await stranger.getNextJob("token");
  // As by a worker that was slow, and whose shard another one has taken over, which then fails.
  for (const name of [`${job?.name}.parquet`, `${job?.name}.json`])
    await copyFile(join(folder, "whole", name), join(out, name));
  await job?.moveToFailed(new UnrecoverableError("no such device"), "token");
  const { end } = work();
  const { rows, kept } = await done;
  assert.deepEqual([rows, kept], [COUNT, 0]);
  assert.deepEqual(await contentOf(out), expected);
  assert.equal((await end()).shards, 2);
});

test("a Redis without room is named, and what it has said", { skip }, async (t) => {
  const { coordinate, open } = queue(t);
  await command("CONFIG", "SET", "maxmemory", "1");
  t.after(() => command("CONFIG", "SET", "maxmemory", "0"));
  await assert.rejects(coordinate(join(folder, "roomless")).done, {
    name: "FeatureQueueError",
    message:
      /^redis:\/\/127\.0\.0\.1:\d+: Redis refuses what the queue needs \(.*OOM command not allowed .*\); expected a server that has room and lets this user read and write$/,
  });
  assert.equal(await open(), 0);
});

test("where the server does not tell who is connected, workers are known by what they tell", {
  skip,
}, async (t) => {
  const { coordinate, work } = queue(t);
  await command("ACL", "SETUSER", "default", "-client", "+client|setname");
  t.after(() => command("ACL", "SETUSER", "default", "+client"));
  const slow = await writeTinyPackage(join(folder, "slow"), { encoder: slowEncoder(1) });
  const { end } = work();
  const { done, events } = coordinate(join(folder, "untold"), {}, images, slow);
  await done;
  const { worker } = await end();
  const seen = events.flatMap((event) => (event.type === "workers" ? event.workers : []));
  assert.deepEqual([...new Set(seen.map(({ name }) => name))], [worker]);
});

test("a Redis that is away for a while is told once, and once that it is back", { skip }, async (t) => {
  const redis = await redisFor(t, { keeps: false });
  const events: FeatureWorkerEvent[] = [];
  const waiting = new Map<FeatureWorkerEvent["type"], () => void>();
  const told = (type: FeatureWorkerEvent["type"]) =>
    new Promise<void>((resolve) => {
      waiting.set(type, resolve);
    });
  const [joined, away, back] = [told("joined"), told("redis-away"), told("redis-back")];
  const stop = new AbortController();
  const ended = runFeatureWorker({
    ...{ queue: redis.url, signal: stop.signal },
    onEvent: (event) => {
      events.push(event);
      waiting.get(event.type)?.();
    },
  });
  await joined;
  await redis.kill();
  await away;
  // Some tries to connect fail meanwhile.
  await setTimeout(500);
  await redis.start();
  await back;
  stop.abort();
  await ended;
  assert.deepEqual(
    events.map(({ type }) => type),
    ["joined", "redis-away", "redis-back"],
  );
});

test("options that make no sense are refused before anything is written", { skip }, async () => {
  const out = join(folder, "never");
  const signal = AbortSignal.abort();
  const refused = async (work: Promise<unknown>, message: string) =>
    assert.rejects(work, { name: "FeatureOptionError", message });
  const colons = 'queueName is "a:b"; expected a name without colons';
  await refused(queueFeatures(model, images, { out, queue: url, queueName: "a:b" }), colons);
  await refused(runFeatureWorker({ queue: url, signal, queueName: "a:b" }), colons);
  const count = (option: string, value: number) =>
    `${option} is ${value}; expected a whole number, at least 1`;
  await refused(queueFeatures(model, images, { out, queue: url, attempts: 0 }), count("attempts", 0));
  await refused(runFeatureWorker({ queue: url, signal, concurrency: 1.5 }), count("concurrency", 1.5));
  await refused(runFeatureWorker({ queue: url, signal, lock: -1 }), count("lock", -1));
  await refused(
    runFeatureWorker({ queue: url, signal, name: "two words" }),
    'name is "two words"; expected letters, digits, dots, dashes and underscores',
  );
  await assert.rejects(access(out), { code: "ENOENT" });
});

test("two workers of a process have names of their own, and each is shown", { skip }, async (t) => {
  const { coordinate, work } = queue(t);
  let onAll = () => {};
  const all = new Promise<void>((resolve) => {
    onAll = resolve;
  });
  let joined = 0;
  const join3 = ({ type }: FeatureWorkerEvent) => {
    if (type === "joined" && ++joined === 3) onAll();
  };
  const workers = [work(join3), work(join3), work(join3, { name: "named" })];
  await all;
  const out = join(folder, "named");
  const { done, events } = coordinate(out);
  await done;
  const names = await Promise.all(workers.map(async ({ end }) => (await end()).worker));
  assert.equal(new Set(names).size, 3);
  assert.ok(names.includes("named"));
  const seen = events.flatMap((event) => (event.type === "workers" ? event.workers : []));
  assert.deepEqual([...new Set(seen.map(({ name }) => name))].sort(), [...names].sort());
  assert.ok((await readdir(out)).includes("features.json"));
});
