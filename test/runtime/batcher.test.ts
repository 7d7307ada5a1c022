// Joining calls: what goes together, when it goes, and what each call gets back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createBatcher } from "../../runtime/batcher.ts";
import { batchingDefaults } from "../../runtime/batching.ts";
import { buffersOf, type Job } from "../../runtime/executor.ts";
import type { Items } from "../../runtime/input.ts";
import { StatsRecorder } from "../../runtime/stats.ts";
import { codes, fakeBatcher, work } from "../helpers/fake-batcher.ts";
import { fakeExecutor, settle } from "../helpers/fake-executor.ts";

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
