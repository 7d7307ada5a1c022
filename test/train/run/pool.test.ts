// The pool: events out, stop requests in, and a worker that dies takes only its own task with it.
import assert from "node:assert/strict";
import test from "node:test";
import { openPool } from "../../../train/run/pool.ts";

const open = (threads = 1) =>
  openPool(new URL("../../helpers/pool.ts", import.meta.url).href, "pool-worker", threads);
const quiet = { onEvent: () => {} };

test("a task's events arrive while it runs, and its result after them", async () => {
  const pool = open();
  const events: unknown[] = [];
  assert.equal(await pool.run({ does: "answer" }, { onEvent: (event) => events.push(event) }), "answer");
  assert.deepEqual(events, [{ doing: "answer" }]);
  await pool.close();
});

test("a busy worker that never yields stops when asked, and the error keeps its class", async () => {
  const pool = open();
  const controller = new AbortController();
  const run = pool.run({ does: "wait" }, { onEvent: () => controller.abort(), signal: controller.signal });
  await assert.rejects(run, {
    name: "StoppedError",
    message: "the run was stopped in epoch 1, after 2 steps",
  });
  await pool.close();
});

test("a signal that was aborted before counts, too", async () => {
  const pool = open();
  await assert.rejects(pool.run({ does: "wait" }, { ...quiet, signal: AbortSignal.abort() }), {
    name: "StoppedError",
  });
  await pool.close();
});

test("a worker that dies fails its own task with the reason and leaves the pool usable", async () => {
  const pool = open(2);
  const dying = pool.run({ does: "exit" }, quiet);
  const living = pool.run({ does: "answer" }, quiet);
  await assert.rejects(dying, (error: Error) => {
    assert.equal(error.name, "WorkerError");
    assert.match(error.message, /^the run's worker failed: .*\b3\b/);
    return true;
  });
  assert.equal(await living, "answer");
  assert.equal(await pool.run({ does: "answer" }, quiet), "answer");
  await pool.close();
});

test("an error of no class of ours becomes a WorkerError with its message", async () => {
  const pool = open();
  await assert.rejects(pool.run({ does: "throw" }, quiet), { name: "WorkerError", message: "out of range" });
  await pool.close();
});
