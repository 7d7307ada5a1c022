// Joined calls that end without an answer: those that fail, wait too long, are too many, or are given up.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import type { Answer, Job } from "../../runtime/executor.ts";
import { InferenceError, ThreadError } from "../../runtime/index.ts";
import { codes, fakeBatcher, work } from "../helpers/fake-batcher.ts";
import { settle } from "../helpers/fake-executor.ts";

test("values that another call has given away fail their call alone", async () => {
  const { submit, batcher } = fakeBatcher();
  const encode = (values: Uint8Array) => batcher.submit(work(values), {}, (answer) => answer);
  const given = Uint8Array.of(5, 6);
  const calls = [submit(7), encode(given), submit(8)];
  structuredClone(given, { transfer: [given.buffer] });
  await assert.rejects(calls[1] as Promise<unknown>, {
    name: "InputError",
    message: "encode: the values were given away by another call",
  });
  assert.deepEqual(codes(await Promise.all([calls[0], calls[2]] as Promise<Answer>[])), [
    [7, 2],
    [8, 2],
  ]);
});

test("a call more than maxQueueSize is refused at once; the others are not touched", async () => {
  const { submit, held } = fakeBatcher({ maxQueueSize: 2 }, { hold: true });
  const running = submit(0);
  await settle();
  const waiting = [submit(1), submit(2)];
  await assert.rejects(submit(3), {
    name: "QueueFullError",
    message: 'encode() of model "tiny": 2 calls are waiting already, the maxQueueSize; try again later',
  });
  held.shift()?.();
  await running;
  await settle();
  held.shift()?.();
  await Promise.all(waiting);
});

test("a call that waits too long, or whose signal fires, is not run; one that runs is let go of", async () => {
  const { submit, log, held } = fakeBatcher({ timeout: 5 }, { hold: true });
  const controller = new AbortController();
  const running = submit(0, { timeout: 1e6, signal: controller.signal });
  await settle();
  const late = submit(1);
  const ended = submit(2, { timeout: 1e6, signal: controller.signal });
  const kept = submit(3, { timeout: 1e6 });
  await assert.rejects(late, {
    name: "TimeoutError",
    message: 'encode() of model "tiny" did not end within 5 ms, its timeout',
  });
  controller.abort(new Error("enough"));
  await assert.rejects(running, { message: "enough" });
  await assert.rejects(ended, { message: "enough" });
  await assert.rejects(submit(4, { signal: controller.signal }), { message: "enough" });
  held.shift()?.();
  await settle();
  held.shift()?.();
  assert.deepEqual(codes([await kept]), [[3, 1]]);
  assert.deepEqual(log, ["encode 1", "encode 1"]);
});

test("one signal may end any number of calls, and is let go of when they are over", async () => {
  const { submit, held } = fakeBatcher({}, { hold: true });
  const controller = new AbortController();
  const { signal } = controller;
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  const first = Promise.all(Array.from({ length: 50 }, (_, i) => submit(i, { signal })));
  await settle();
  assert.equal(getEventListeners(signal, "abort").length, 1);
  held.shift()?.();
  await first;
  assert.equal(getEventListeners(signal, "abort").length, 0);
  const second = Array.from({ length: 50 }, (_, i) => submit(i, { signal }));
  controller.abort(new Error("enough"));
  for (const call of await Promise.allSettled(second)) {
    assert.equal(call.status === "rejected" && call.reason.message, "enough");
  }
  process.off("warning", onWarning);
  assert.deepEqual(warnings, []);
});

test("when a joined batch fails, its calls are run alone, and only the one at fault fails", async () => {
  const onRun = ({ inputs }: Job) => {
    if (inputs[0]?.includes(13)) throw new InferenceError("13 is not to be had");
  };
  const { submit, log } = fakeBatcher({}, { onRun });
  const [first, second, third] = await Promise.allSettled([submit(1), submit(13), submit(2)]);
  assert.deepEqual(first.status === "fulfilled" && codes([first.value]), [[1, 1]]);
  assert.equal(second.status === "rejected" && second.reason.message, "13 is not to be had");
  assert.deepEqual(third.status === "fulfilled" && codes([third.value]), [[2, 1]]);
  assert.deepEqual(log, ["encode 3", "encode 1", "encode 1", "encode 1"]);
});

test("calls of a failed batch are run side by side, those that ended meanwhile not at all", async () => {
  const onRun = ({ inputs }: Job) => {
    if (inputs[0]?.includes(13)) throw new InferenceError("13 is not to be had");
  };
  const { submit, log, held } = fakeBatcher({}, { onRun, hold: true, lanes: 2 });
  const controller = new AbortController();
  const calls = [submit(1), submit(13), submit(2, { signal: controller.signal }), submit(3)];
  const results = Promise.allSettled(calls);
  await settle();
  controller.abort(new Error("enough"));
  held.shift()?.();
  await settle();
  assert.deepEqual(log, ["encode 4", "encode 1", "encode 1", "encode 1"]);
  for (const letGo of held) letGo();
  const [first, second, third, fourth] = await results;
  assert.deepEqual(first?.status === "fulfilled" && codes([first.value]), [[1, 1]]);
  assert.equal(second?.status === "rejected" && second.reason.message, "13 is not to be had");
  assert.equal(third?.status === "rejected" && third.reason.message, "enough");
  assert.deepEqual(fourth?.status === "fulfilled" && codes([fourth.value]), [[3, 1]]);
});

test("where an answer cannot be made use of, its call says so", async () => {
  const { batcher, submit } = fakeBatcher();
  const call = batcher.submit(work(Uint8Array.of(1)), {}, () => {
    throw new RangeError("too many");
  });
  const joined = submit(2);
  await assert.rejects(call, { name: "RangeError", message: "too many" });
  assert.deepEqual(codes([await joined]), [[2, 2]]);
  await batcher.close();
});

test("when the thread of a joined batch ends, its calls end with it", async () => {
  let runs = 0;
  const onRun = () => {
    if (runs++ === 0) throw new ThreadError("gone");
  };
  const { submit, log } = fakeBatcher({}, { onRun });
  const results = await Promise.allSettled([submit(1), submit(2)]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  await submit(3);
  assert.deepEqual(log, ["encode 2", "encode 1"]);
});
