// Sets that are made by workers on a queue: the same as without, also when something is wrong.
import assert from "node:assert/strict";
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { queueFeatures, runFeatureWorker } from "../../../../export/index.ts";
import { contentOf, runExport, writeFloatPackage } from "../../../helpers/feature-exports.ts";
import { fileScope } from "../../../helpers/file-scope.ts";
import { npyOfFloats } from "../../../helpers/npy-files.ts";
import { putFiles } from "../../../helpers/put-files.ts";
import { redisFor, skipWithoutRedis } from "../../../helpers/redis.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";
import { slowEncoder, tinyEncoder, writeTinyPackage } from "../../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../../helpers/tiny-images.ts";
import { queueFor, sizes } from "./queue-for.ts";

const COUNT = 60;
const skip = skipWithoutRedis();

let folder = "";
let images = "";
let model = "";
let url = "";

before(async () => {
  if (skip) return;
  folder = await temporaryFolder(fileScope);
  images = await writeTinyImages(folder, COUNT);
  model = await writeTinyPackage(join(folder, "package"));
  ({ url } = await redisFor(fileScope, { keeps: false, password: "secret" }));
});

const queue = (t: TestContext) => queueFor(t, { url, model, images });

test("a worker makes the set that one process makes, and the coordinator shows it at it", {
  skip,
}, async (t) => {
  const { coordinate, work, open } = queue(t);
  const [whole, out] = [join(folder, "whole"), join(folder, "queued")];
  await runExport(model, images, whole, sizes).done;
  const one = work();
  const { done, events } = coordinate(out);
  const { rows, bad, shards, kept } = await done;
  assert.deepEqual({ rows, bad, shards, kept }, { rows: COUNT, bad: 0, shards: 6, kept: 0 });
  assert.deepEqual(await contentOf(out), await contentOf(whole));
  const [total] = events.filter((event) => event.type === "progress").slice(-1);
  assert.deepEqual([total?.done, total?.items, total?.secondsLeft], [COUNT, COUNT, 0]);
  const seen = events.flatMap((event) => (event.type === "workers" ? event.workers : []));
  const { worker, ...made } = await one.end();
  assert.ok(seen.some(({ name }) => name === worker));
  assert.deepEqual(made, { shards: 6, rows: COUNT, bad: 0 });
  assert.equal(await open(), 0);
});

test("two workers that make the same shards at once do each other no harm", { skip }, async (t) => {
  const out = join(folder, "twice");
  const slow = await writeTinyPackage(join(folder, "slow"), { encoder: slowEncoder(1) });
  // Each queue has its own worker, and neither knows of the other: as when a slow worker's shards are taken over.
  const [one, other] = [queue(t), queue(t)];
  const workers = [one.work(), other.work()];
  await Promise.all([
    one.coordinate(out, {}, images, slow).done,
    other.coordinate(out, {}, images, slow).done,
  ]);
  for (const { end } of workers) await end();
  const whole = join(folder, "once");
  await runExport(slow, images, whole, { ...sizes, threads: 1, workers: 1 }).done;
  assert.deepEqual(await contentOf(out), await contentOf(whole));
});

test("two coordinators of the same set put no shard into the queue twice", { skip }, async (t) => {
  const { coordinate, work } = queue(t);
  const out = join(folder, "shared");
  const first = coordinate(out);
  await first.queued;
  const second = coordinate(out);
  await second.queued;
  const one = work();
  await Promise.all([first.done, second.done]);
  const begun = one.events.flatMap((event) => (event.type === "begin" ? [event.shard] : []));
  assert.deepEqual(
    begun,
    ["00000", "00001", "00002", "00003", "00004", "00005"].map((n) => `part-${n}`),
  );
});

test("a bad item ends it as without a queue: what is whole is kept, the rest leaves the queue", {
  skip,
}, async (t) => {
  const { coordinate, work, open, waiting } = queue(t);
  const floats = await writeFloatPackage(join(folder, "floats"));
  const values = Array.from({ length: COUNT }, (_, i) => [i, i, 2 * i, 2 * i]);
  values[13] = [0, Number.NaN, 0, 0];
  const at = await putFiles(t, { "x.npy": npyOfFloats(values) });
  work();
  await assert.rejects(coordinate(at("out"), {}, at("x.npy"), floats).done, {
    name: "BadFeatureItemError",
    message:
      `${at("x.npy")}: item 13: value 1 is NaN; expected finite float32 numbers. ` +
      "part-00001 was not written, those before it are kept; " +
      "skipBad (--skip-bad) leaves such items out and lists them in bad.jsonl",
  });
  assert.equal(await waiting(), 0);
  assert.ok((await readdir(at("out"))).includes("part-00000.json"));
  const { rows, bad } = await coordinate(at("out"), { skipBad: true }, at("x.npy"), floats).done;
  assert.deepEqual([rows, bad, await open()], [COUNT - 1, 1, 0]);
  await runExport(floats, at("x.npy"), at("whole"), { ...sizes, skipBad: true }).done;
  assert.deepEqual(await contentOf(at("out")), await contentOf(at("whole")));
});

test("a worker that comes to another plan refuses the set, and says what is different", {
  skip,
}, async (t) => {
  const { coordinate, work, waiting } = queue(t);
  const out = join(folder, "other");
  const changing = await writeTinyPackage(join(folder, "changing"));
  const { done, queued } = coordinate(out, {}, images, changing);
  await queued;
  const weights = { data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0), shape: [4, 2] };
  const encoder = { ...tinyEncoder, constants: { ...tinyEncoder.constants, weights } };
  await writeTinyPackage(changing, { encoder });
  work();
  await assert.rejects(done, {
    name: "FeatureQueueError",
    message:
      /^part-0000\d was not written: worker \S+: .*other: what is planned there is not what this machine comes to: package "tiny" \(fp32, sha256 \w+…\) instead of "tiny" \(fp32, sha256 \w+…\); expected the same package and source/,
  });
  assert.equal(await waiting(), 0);
  assert.deepEqual(await readdir(out), ["plan.json"]);
});

test("what may pass is tried again: a source that is away for a moment", { skip }, async (t) => {
  const { coordinate, work } = queue(t);
  const at = await putFiles(t, { "x.npy": npyOfFloats([[1, 1, 2, 2]]) });
  const floats = await writeFloatPackage(at("floats"));
  const { done, queued } = coordinate(at("out"), {}, at("x.npy"), floats);
  await queued;
  await rename(at("x.npy"), at("away.npy"));
  const { events } = work((event) => {
    if (event.type === "failed") void rename(at("away.npy"), at("x.npy"));
  });
  assert.equal((await done).rows, 1);
  assert.match(JSON.stringify(events.find(({ type }) => type === "failed")), /x\.npy: .*no such file/);
});

test("a coordinator that is stopped takes its shards back, a worker that is stopped gives its own back", {
  skip,
}, async (t) => {
  const { coordinate, work, open } = queue(t);
  const slow = await writeTinyPackage(join(folder, "slower"), { encoder: slowEncoder(20) });
  const out = join(folder, "stopped");
  const stop = new AbortController();
  const { done, queued } = coordinate(out, { signal: stop.signal }, images, slow);
  await queued;
  let onBegin = () => {};
  const begun = new Promise<void>((resolve) => {
    onBegin = resolve;
  });
  const one = work(({ type }) => {
    if (type === "begin") onBegin();
  });
  await begun;
  await one.end();
  assert.deepEqual(
    one.events.flatMap(({ type }) => (type === "returned" ? [type] : [])),
    ["returned"],
  );
  assert.equal(await open(), 6);
  stop.abort();
  await assert.rejects(done, { name: "AbortError" });
  assert.equal(await open(), 0);
  assert.deepEqual(await readdir(out), ["plan.json"]);
});

test("an address that can't be used is named, without its credentials", { skip }, async () => {
  const signal = AbortSignal.abort();
  const refused = async (queue: string, message: string | RegExp, name = "FeatureQueueError") => {
    await assert.rejects(runFeatureWorker({ queue, signal }), { name, message });
    await assert.rejects(queueFeatures(model, images, { out: join(folder, "nowhere"), queue }), {
      name,
      message,
    });
  };
  const option = (shown: string) =>
    `queue is "${shown}"; expected the address of a Redis server, such as redis://localhost:6379`;
  await refused("localhost:6379", option("localhost:6379"), "FeatureOptionError");
  await refused("http://me:hidden@host", option("http://host"), "FeatureOptionError");
  await refused(
    "redis://me:hidden@127.0.0.1:1/2",
    "redis://127.0.0.1:1/2: Redis can't be used (connect ECONNREFUSED 127.0.0.1:1); " +
      "expected a Redis server there: start one, or name another, such as redis://localhost:6379",
  );
  const wrong = url.replace("secret", "hidden");
  await refused(
    wrong,
    /^redis:\/\/127\.0\.0\.1:\d+: Redis can't be used \(WRONGPASS .*\); expected the right credentials in the address: redis:\/\/user:password@host:port$/,
  );
  assert.equal((await readdir(folder)).includes("nowhere"), false);
});
