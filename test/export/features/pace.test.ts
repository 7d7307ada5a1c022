// How fast, and what limits, by clocks that are told what time it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../../export/features/pace.ts";
import { type Stage, StageClock } from "../../../export/features/stage-clock.ts";

test("the pace is that of the last ten seconds", () => {
  let time = 0;
  const pace = new Pace(() => time);
  assert.equal(pace.perSecond, 0);
  for (time = 1000; time <= 20_000; time += 1000) pace.add(100);
  time = 20_000;
  assert.equal(pace.perSecond, 100);
  for (time = 21_000; time <= 40_000; time += 1000) pace.add(500);
  time = 40_000;
  assert.equal(pace.perSecond, 500);
});

test("the limit is the stage that was waited for most lately", async () => {
  let time = 0;
  const clock = new StageClock(() => time);
  const wait = (stage: Stage, milliseconds: number) =>
    clock.time(stage, async () => {
      time += milliseconds;
    });
  await wait("decode", 5000);
  await wait("encode", 1000);
  assert.equal(clock.limit, "decode");
  for (let second = 0; second < 10; second++) {
    await wait("decode", 100);
    await wait("write", 900);
    assert.ok(clock.limit);
  }
  assert.equal(clock.limit, "write");
});

test("a failure is passed on, and its time counts", async () => {
  let time = 0;
  const clock = new StageClock(() => time);
  const failure = clock.time("encode", async () => {
    time += 10;
    throw new Error("no");
  });
  await assert.rejects(failure, { message: "no" });
  assert.equal(clock.limit, "encode");
});
