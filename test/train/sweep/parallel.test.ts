// Work on many things, a few at a time.
import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { inParallel } from "../../../train/sweep/parallel.ts";

test("items are begun in order, no more at a time than there are lanes", async () => {
  const begun: number[] = [];
  let [now, most] = [0, 0];
  await inParallel([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    most = Math.max(most, ++now);
    for (let i = 0; i < item; i++) await setImmediate();
    now--;
  });
  assert.deepEqual(begun, [1, 2, 3, 4, 5]);
  assert.equal(most, 2);
});

test("after an error nothing is begun, and what is under way ends first", async () => {
  const ended: number[] = [];
  const work = inParallel([1, 2, 3, 4], 2, async (item) => {
    await setImmediate();
    if (item === 1) throw new Error("no");
    for (let i = 0; i < 5; i++) await setImmediate();
    ended.push(item);
  });
  await assert.rejects(work, { message: "no" });
  assert.deepEqual(ended, [2]);
});
