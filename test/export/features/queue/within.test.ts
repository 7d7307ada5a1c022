// Waiting for what may never come, and for what is no longer wanted.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { MessageChannel } from "node:worker_threads";
import { unlessAborted, within } from "../../../../export/features/queue/within.ts";

const never = new Promise<never>(() => {});

test("what is done, or has failed, is not waited for any longer", async () => {
  assert.equal(await within(1e9, Promise.resolve("done")), true);
  assert.equal(await within(1e9, Promise.reject(new Error("failed"))), false);
  assert.equal(await within(1, never), false);
});

test("what has come while this thread was busy is not late", async () => {
  const { port1, port2 } = new MessageChannel();
  // Timers come next in the event loop, before what is to be read.
  await setImmediate();
  const waiting = within(1, once(port2, "message"));
  port1.postMessage("done");
  for (const end = performance.now() + 20; performance.now() < end; ) {
    // Busy.
  }
  assert.equal(await waiting, true);
  port1.close();
});

test("work gives its result and its failure, with a signal or without", async () => {
  const { signal } = new AbortController();
  for (const some of [signal, undefined]) {
    assert.equal(await unlessAborted(some, Promise.resolve(7)), 7);
    await assert.rejects(unlessAborted(some, Promise.reject(new Error("broken"))), { message: "broken" });
  }
});

test("a signal ends the waiting with its reason", async () => {
  const stop = new AbortController();
  const waiting = unlessAborted(stop.signal, never);
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, { message: "enough" });
});

test("work that nobody waits for any more may fail unheard", async () => {
  const stop = new AbortController();
  const fails: ((reason: Error) => void)[] = [];
  const failing = () =>
    new Promise<never>((_, reject) => {
      fails.push(reject);
    });
  const waiting = unlessAborted(stop.signal, failing());
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, { message: "enough" });
  await assert.rejects(unlessAborted(stop.signal, failing()), { message: "enough" });
  for (const fail of fails) fail(new Error("too late"));
  // Where somebody should have heard of it, the process does by now, and the test with it.
  await setImmediate();
});
