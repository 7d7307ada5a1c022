// What is shown of a set that many workers make.
import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import test from "node:test";
import type { QueueFeatureEvent, WorkerState } from "../../../export/index.ts";
import { createQueueProgress } from "../../../scripts/cli/queue-progress.ts";

/** Progress into a log, a second between any two looks at the clock. */
function log() {
  const stream = new PassThrough({ encoding: "utf8" });
  let seconds = 0;
  const progress = createQueueProgress({ stream, interval: 1000, now: () => 1000 * seconds++ });
  const read = (): string => stream.read() ?? "";
  return { progress, read };
}

const total: QueueFeatureEvent = {
  ...{ type: "progress" as const, done: 250, items: 1000 },
  ...{ itemsPerSecond: 50, secondsLeft: 15, limit: "decode" as const },
};
const busy = (name: string, done: number): WorkerState => ({
  name,
  shard: { name: "part-00003", done, items: 200, itemsPerSecond: 1234.4 },
});

test("each worker has a line: its shard and how far it is, or that it waits", () => {
  const { progress, read } = log();
  progress.update(total);
  progress.update({ type: "workers", workers: [busy("here-1", 50), { name: "there-2" }] });
  const [sum, ...lines] = read().trimEnd().split("\n");
  assert.match(sum ?? "", /^250 of 1,000 \(25%\) /);
  assert.deepEqual(lines, ["  here-1  part-00003  1,234 items/s  (25%)", "  there-2  waits"]);
});

test("of a thousand workers fifteen have lines, and one line sums up the others", () => {
  const { progress, read } = log();
  const workers = Array.from({ length: 1000 }, (_, i) =>
    i % 4 === 3 ? { name: `worker-${i}` } : busy(`worker-${i}`, 20),
  );
  progress.update(total);
  progress.update({ type: "workers", workers });
  const [, ...lines] = read().trimEnd().split("\n");
  assert.equal(lines.length, 16);
  assert.equal(lines[14], "  worker-14  part-00003  1,234 items/s  (10%)");
  assert.equal(lines[15], "  and 985 others: 738 at a shard, 247 wait");
});

test("what was found, is put into the queue, and happens to Redis is told once", () => {
  const { progress, read } = log();
  progress.update({ type: "found", shard: "part-00000", items: 10, damage: null });
  progress.update({ type: "found", shard: "part-00001", items: 10, damage: "part-00001.npy: is cut short" });
  progress.update({ type: "queued", shards: 3 });
  progress.update({ type: "redis-away" });
  progress.update({ type: "redis-back" });
  progress.update(total);
  progress.update({ type: "workers", workers: [] });
  progress.update({ type: "workers", workers: [] });
  const text = read();
  assert.match(text, /part-00001\.npy: is cut short; part-00001 is made again\n/);
  assert.match(text, /shards that are there already and are kept: 1\nshards put into the queue: 3\n/);
  assert.match(text, /Redis is away: .*\nRedis is back\n/);
  assert.equal(text.match(/no worker is there/g)?.length, 1);
});
