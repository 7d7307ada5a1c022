// Joining calls: what goes together, what each gets back, and what happens to calls that fail, wait too long or end.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { createBatcher } from "../../runtime/batcher.ts";
import { type BatchingOptions, batchingDefaults } from "../../runtime/batching.ts";
import type { Work } from "../../runtime/call.ts";
import { type Answer, buffersOf, type Job } from "../../runtime/executor.ts";
import { InferenceError, ThreadError } from "../../runtime/index.ts";
import type { Items } from "../../runtime/input.ts";
import { StatsRecorder } from "../../runtime/stats.ts";
import type { CallOptions } from "../../runtime/types.ts";
import { type FakeOptions, fakeExecutor, settle } from "../helpers/fake-executor.ts";

function fakeBatcher(batching: BatchingOptions = {}, options: FakeOptions = {}) {
  const { executor, log, held } = fakeExecutor(options);
  const batcher = createBatcher("tiny", executor, { ...batchingDefaults, ...batching }, new StatsRecorder());
  /** Items of one value each: `submit(7)` gives the code [7, items in the batch]. */
  const submit = (values: number | number[], call: CallOptions = {}, kind: Work["kind"] = "encode") => {
    const data = Uint8Array.from([values].flat());
    return batcher.submit(work(data, kind), call, (answer) => answer);
  };
  return { batcher, submit, log, held };
}

const work = (values: Uint8Array, kind: Work["kind"] = "encode"): Work => {
  const { length: count } = values;
  return { kind, count, inputs: [{ values, dtype: "uint8", count, size: 1 }] };
};

const codes = (answers: readonly Answer[]) => answers.map(([data]) => [...(data ?? [])]);

test("calls of one turn go together, and each gets its own codes", async () => {
  const { submit, log } = fakeBatcher();
  const answers = await Promise.all([submit(1), submit([2, 3]), submit(4)]);
  assert.deepEqual(codes(answers), [
    [1, 4],
    [2, 4, 3, 4],
    [4, 4],
  ]);
  assert.deepEqual(log, ["encode 4"]);
});

test("values that are given away are not copied, unless they go with others or share their buffer", async () => {
  const taken: ArrayBuffer[] = [];
  const { executor } = fakeExecutor({ onRun: ({ inputs }) => void taken.push(...buffersOf(inputs)) });
  const batcher = createBatcher(
    "tiny",
    executor,
    { ...batchingDefaults, maxBatchSize: 3 },
    new StatsRecorder(),
  );
  const encode = (values: Uint8Array, transfer: boolean) => {
    return batcher.submit(work(values), { transfer }, ([data]) => data?.[0]);
  };
  const whole = Uint8Array.of(1, 2, 3);
  for (const [values, transfer, isTaken] of [
    [whole, true, true],
    [whole, false, false],
    [whole.subarray(1), true, false],
    [Uint8Array.of(1, 2, 3, 4), true, false],
  ] as const) {
    taken.length = 0;
    assert.equal(await encode(values, transfer), values[0]);
    assert.equal(taken.includes(values.buffer), isTaken);
  }
  const [one, two] = [Uint8Array.of(7), Uint8Array.of(8)];
  assert.deepEqual(await Promise.all([encode(one, true), encode(two, true)]), [7, 8]);
  assert.ok(!taken.includes(one.buffer) && !taken.includes(two.buffer));
});

test("an array that is there twice is given away once", () => {
  const values = Int32Array.of(1, 2);
  assert.deepEqual(buffersOf([values, values]), [values.buffer]);
});

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

test("calls that come while a batch runs wait for it, then go together", async () => {
  const { submit, log, held } = fakeBatcher({}, { hold: true });
  const first = submit(1);
  await settle();
  const others = [submit(2), submit(3)];
  await settle();
  assert.deepEqual(log, ["encode 1"]);
  held.shift()?.();
  await first;
  await settle();
  assert.deepEqual(log, ["encode 1", "encode 2"]);
  held.shift()?.();
  assert.deepEqual(codes(await Promise.all(others)), [
    [2, 2],
    [3, 2],
  ]);
});

test("a batch has at most maxBatchSize items; only a call that is larger is taken apart", async () => {
  const { submit, log } = fakeBatcher({ maxBatchSize: 4 });
  const answers = await Promise.all([
    submit([1, 2, 3]),
    submit([4, 5]),
    submit([6, 7, 8, 9, 10, 11]),
    submit(12),
  ]);
  assert.deepEqual(log, ["encode 3", "encode 2", "encode 4", "encode 3"]);
  assert.deepEqual(codes(answers), [
    [1, 3, 2, 3, 3, 3],
    [4, 2, 5, 2],
    [6, 4, 7, 4, 8, 4, 9, 4, 10, 3, 11, 3],
    [12, 3],
  ]);
});

test("where other threads run the graphs, a full batch starts at once; what is left goes at the end of the turn", async () => {
  const { submit, log } = fakeBatcher({ maxBatchSize: 4 }, { lanes: 2 });
  const answers = [submit([1, 2]), submit(3)];
  assert.deepEqual(log, []);
  answers.push(submit(4), submit(5));
  assert.deepEqual(log, ["encode 4"]);
  answers.push(submit(6), submit(7));
  assert.deepEqual(log, ["encode 4"]);
  assert.deepEqual(codes(await Promise.all(answers)), [
    [1, 4, 2, 4],
    [3, 4],
    [4, 4],
    [5, 3],
    [6, 3],
    [7, 3],
  ]);
  assert.deepEqual(log, ["encode 4", "encode 3"]);
});

test("full batches have lanes beyond those of batches that may still grow", async () => {
  const { submit, log, held } = fakeBatcher({ maxBatchSize: 2 }, { lanes: 1, fullLanes: 3, hold: true });
  const answers = [submit([1, 2]), submit([3, 4]), submit(5)];
  await Promise.resolve();
  assert.deepEqual(log, ["encode 2", "encode 2"], "the fifth waits for a sixth");
  answers.push(submit(6), submit([7, 8]));
  await Promise.resolve();
  assert.deepEqual(log, ["encode 2", "encode 2", "encode 2"], "all three are taken");
  while (log.length < 4 || held.length > 0) {
    held.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(answers);
  assert.deepEqual(log, ["encode 2", "encode 2", "encode 2", "encode 2"]);
});

test("a full batch waits where all lanes are taken, and calls that were given up do not fill one", async () => {
  const { submit, log, held } = fakeBatcher({ maxBatchSize: 2 }, { lanes: 1, hold: true });
  const controller = new AbortController();
  const first = submit([1, 2]);
  assert.deepEqual(log, ["encode 2"]);
  const given = submit(3, { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(given, { message: "enough" });
  const others = [submit(4), submit(5)];
  assert.deepEqual(log, ["encode 2"]);
  held.shift()?.();
  await first;
  await settle();
  assert.deepEqual(log, ["encode 2", "encode 2"]);
  const last = submit(6);
  held.shift()?.();
  await Promise.all(others);
  await settle();
  held.shift()?.();
  await last;
  assert.deepEqual(log, ["encode 2", "encode 2", "encode 1"]);
});

test("calls of different kinds never share a batch; the oldest goes first", async () => {
  const { submit, log } = fakeBatcher();
  await Promise.all([submit(1), submit(2, {}, "reconstruct"), submit(3), submit(4, {}, "classify")]);
  assert.deepEqual(log, ["encode 2", "reconstruct 1", "classify 1"]);
});

test("with a delay a call waits for others until the batch is full", async () => {
  const { submit, log } = fakeBatcher({ maxBatchSize: 2, maxQueueDelay: 1e6 });
  const first = submit(1);
  await settle();
  assert.deepEqual(log, []);
  assert.deepEqual(codes(await Promise.all([first, submit(2)])), [
    [1, 2],
    [2, 2],
  ]);
});

test("with a delay a call goes alone when nobody came, and at once when the batcher closes", async () => {
  const { submit, log } = fakeBatcher({ maxQueueDelay: 5 });
  const before = performance.now();
  await submit(1);
  assert.ok(performance.now() - before >= 4.9);
  const { submit: submitLate, batcher } = fakeBatcher({ maxQueueDelay: 1e6 });
  const call = submitLate(1);
  await settle();
  batcher.close();
  await call;
  assert.deepEqual(log, ["encode 1"]);
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

test("parts of one array, and arrays of kindred types, are joined as copies", async () => {
  const jobs: Job[] = [];
  const { executor } = fakeExecutor({ onRun: (job) => void jobs.push(job) });
  const batcher = createBatcher(
    "tiny",
    { ...executor, borrows: true },
    batchingDefaults,
    new StatsRecorder(),
  );
  const encode = (...inputs: Items[]) => {
    const [{ count }] = inputs as [Items];
    return batcher.submit({ kind: "encode", count, inputs }, {}, () => undefined);
  };
  const bytes = (values: Uint8Array | Uint8ClampedArray): Items => ({
    ...{ values, dtype: "uint8", count: values.length, size: 1 },
  });
  const whole = Uint8Array.of(1, 2, 3);
  await Promise.all([encode(bytes(whole)), encode(bytes(Uint8ClampedArray.of(4)))]);
  assert.deepEqual(jobs.pop()?.inputs, [Uint8Array.of(1, 2, 3, 4)]);

  const floats = (values: Float32Array | Float64Array): Items => ({
    ...{ values, dtype: "float32", count: 1, size: values.length },
  });
  const places = (values: Int32Array): Items => ({ values, dtype: "int32", count: 1, size: values.length });
  await Promise.all([
    encode(floats(Float64Array.of(0.1, 0.2)), places(Int32Array.of(1, 2, 3))),
    encode(floats(Float32Array.of(0.3, 0.4)), places(Int32Array.of(4, 5, 6))),
  ]);
  assert.deepEqual(jobs.pop()?.inputs, [
    Float32Array.of(0.1, 0.2, 0.3, 0.4),
    Int32Array.of(1, 2, 3, 4, 5, 6),
  ]);
  assert.deepEqual(whole, Uint8Array.of(1, 2, 3));
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
