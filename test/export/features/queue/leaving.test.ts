// A worker that is stopped while Redis is away: its process ends all the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { startEventProcess } from "../../../helpers/event-process.ts";
import { redisFor, skipWithoutRedis } from "../../../helpers/redis.ts";

/** Milliseconds after which a process that has been told to end never will. */
const NEVER = 120_000;

for (const wait of [0, 300]) {
  test(`stopped ${wait} ms after Redis has gone, a worker ends`, { skip: skipWithoutRedis() }, async (t) => {
    const redis = await redisFor(t, { keeps: false });
    const worker = startEventProcess(t, new URL("working.ts", import.meta.url), [redis.url, "10000"]);
    await worker.told("joined");
    await redis.kill();
    await worker.told("redis-away");
    await setTimeout(wait);
    const end = await Promise.race([worker.end("SIGTERM"), setTimeout(NEVER, "never", { ref: false })]);
    assert.equal(end, 0);
  });
}
