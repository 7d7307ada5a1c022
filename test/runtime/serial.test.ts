// Tasks one after the other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SerialQueue } from "../../runtime/serial.ts";

test("tasks run in order, one at a time, also after one has failed", async () => {
  const queue = new SerialQueue();
  const log: string[] = [];
  const task = (name: string, fail = false) =>
    queue.run(async () => {
      log.push(`${name} starts`);
      await new Promise(setImmediate);
      log.push(`${name} ends`);
      if (fail) throw new Error(`${name} failed`);
      return name;
    });
  const results = await Promise.allSettled([task("a"), task("b", true), task("c")]);
  assert.deepEqual(log, ["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
});
