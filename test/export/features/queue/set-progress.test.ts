// How far a set is, by reports and a clock that is told what time it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Shard } from "../../../../export/features/plan.ts";
import { SetProgress } from "../../../../export/features/queue/set-progress.ts";

const [first, second, third] = [
  { number: 0, name: "part-00000", start: 0, end: 100 },
  { number: 1, name: "part-00001", start: 100, end: 200 },
  { number: 2, name: "part-00002", start: 200, end: 250 },
] as const satisfies readonly Shard[];

/** A set of three shards, some of them whole already. */
function progressWith(found: readonly Shard[] = []) {
  let time = 0;
  const progress = new SetProgress([first, second, third], found, () => time);
  const at = (milliseconds: number) => {
    time = milliseconds;
  };
  const tell = (
    shard: Shard,
    worker: string,
    done: number,
    limit: "decode" | "encode" | "write" = "encode",
  ) => progress.report(shard.name, { worker, done, itemsPerSecond: 2 * done, limit });
  return { progress, at, tell };
}

test("items of shards that were found count as done, but not for the pace", () => {
  const { progress, at, tell } = progressWith([first]);
  assert.deepEqual(progress.event, {
    ...{ type: "progress", done: 100, items: 250, itemsPerSecond: 0 },
    ...{ secondsLeft: Number.POSITIVE_INFINITY, limit: "encode" },
  });
  at(1000);
  tell(second, "here", 40);
  tell(third, "there", 10);
  const { done, itemsPerSecond, secondsLeft } = progress.event;
  assert.deepEqual({ done, itemsPerSecond, secondsLeft }, { done: 150, itemsPerSecond: 50, secondsLeft: 2 });
});

test("a set is done when all of its shards are", () => {
  const { progress, at } = progressWith([first, third]);
  at(2000);
  progress.finish(second);
  const { done, items, itemsPerSecond, secondsLeft } = progress.event;
  assert.deepEqual([done, items, itemsPerSecond, secondsLeft], [250, 250, 50, 0]);
});

test("a shard whose worker is gone is counted anew by the next one, its items once for the pace", () => {
  const { progress, at, tell } = progressWith();
  at(1000);
  tell(first, "gone", 80);
  assert.equal(progress.event.done, 80);
  progress.workers(["next"]);
  assert.equal(progress.event.done, 0);
  at(2000);
  tell(first, "next", 30);
  assert.deepEqual([progress.event.done, progress.event.itemsPerSecond], [30, 40]);
  at(4000);
  progress.finish(first);
  assert.deepEqual([progress.event.done, progress.event.itemsPerSecond], [100, 25]);
});

test("reports of shards that are whole, or of no shard, are passed over", () => {
  const { progress, tell } = progressWith();
  progress.finish(first);
  tell(first, "late", 90);
  tell({ number: 9, name: "part-00009", start: 900, end: 1000 }, "lost", 5);
  assert.equal(progress.event.done, 100);
  assert.deepEqual(progress.workers(["late", "lost"]), [{ name: "late" }, { name: "lost" }]);
});

test("more items than there are, by two reports of the same, are not told", () => {
  const { progress, tell } = progressWith([first, second]);
  tell(third, "here", 70);
  assert.equal(progress.event.done, 250);
});

test("each worker is shown with its shards, in the order in which workers are connected", () => {
  const { progress, tell } = progressWith();
  tell(second, "busy", 25);
  tell(first, "busy", 50);
  tell(third, "slow", 1);
  assert.deepEqual(progress.workers(["idle", "slow", "busy"]), [
    { name: "idle" },
    { name: "slow", shard: { name: "part-00002", done: 1, items: 50, itemsPerSecond: 2 } },
    { name: "busy", shard: { name: "part-00001", done: 25, items: 100, itemsPerSecond: 50 } },
    { name: "busy", shard: { name: "part-00000", done: 50, items: 100, itemsPerSecond: 100 } },
  ]);
});

test("a shard that another worker has taken over is shown at that one alone", () => {
  const { progress, tell } = progressWith();
  tell(first, "slow", 10);
  tell(first, "quick", 5);
  assert.deepEqual(progress.workers(["slow", "quick"]), [
    { name: "slow" },
    { name: "quick", shard: { name: "part-00000", done: 5, items: 100, itemsPerSecond: 10 } },
  ]);
});

test("the limit is what most workers wait for", () => {
  const { progress, tell } = progressWith();
  tell(first, "a", 1, "write");
  assert.equal(progress.event.limit, "write");
  tell(second, "b", 1, "decode");
  tell(third, "c", 1, "decode");
  assert.equal(progress.event.limit, "decode");
  tell(second, "b", 2, "encode");
  tell(third, "c", 2, "encode");
  assert.equal(progress.event.limit, "encode");
});
