// What the progress of an export shows, and how often.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createEncodeProgress } from "../../../scripts/cli/encode-progress.ts";
import { MemoryStream } from "../../helpers/streams.ts";

const progress = {
  type: "progress",
  items: 1000,
  itemsPerSecond: 1234.4,
  secondsLeft: 65,
  limit: "decode",
} as const;

test("a log gets a line after each interval, and one in the end", () => {
  const stream = new MemoryStream();
  let time = 0;
  const { update, stop } = createEncodeProgress({ stream, interval: 100, now: () => time });
  for (time of [10, 110, 150, 220]) update({ ...progress, done: time });
  time = 230;
  update({ ...progress, done: 1000, secondsLeft: 0, limit: "write" });
  stop();
  assert.deepEqual(stream.text.trim().split("\n"), [
    "110 of 1,000 (11%)  1,234 items/s  1 min 5 s left  limited by decoding",
    "220 of 1,000 (22%)  1,234 items/s  1 min 5 s left  limited by decoding",
    "1,000 of 1,000 (100%)  1,234 items/s  0 s left  limited by writing",
  ]);
});

test("shards that are kept are counted, damaged ones named", () => {
  const stream = new MemoryStream();
  const { update } = createEncodeProgress({ stream, now: () => 0 });
  for (const shard of ["part-00000", "part-00001"]) update({ type: "found", shard, items: 10, damage: null });
  update({ type: "found", shard: "part-00002", items: 10, damage: "part-00002.parquet: is missing" });
  update({ ...progress, done: 30 });
  assert.equal(
    stream.text,
    "part-00002.parquet: is missing; part-00002 is made again\nshards that are there already and are kept: 2\n",
  );
});

test("a terminal gets a bar", () => {
  const stream = Object.assign(new MemoryStream(), {
    isTTY: true,
    cursorTo() {},
    clearLine() {},
    columns: 120,
  });
  const { update, stop } = createEncodeProgress({ stream });
  update({ ...progress, done: 500 });
  stop();
  assert.match(stream.text, /50% {2}1,234 items\/s {2}1 min 5 s left {2}limited by decoding/);
});
