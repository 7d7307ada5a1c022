// The front of the runtime over a made-up executor: long calls, failures, disposal, statistics.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batchingDefaults } from "../../runtime/batching.ts";
import type { Images } from "../../runtime/index.ts";
import { createRuntime } from "../../runtime/runtime.ts";
import { type FakeOptions, fakeExecutor, fakeManifest, settle } from "../helpers/fake-executor.ts";

function fakeRuntime(maxBatchSize: number, options: FakeOptions = {}) {
  const { executor, log, held } = fakeExecutor(options);
  const settings = {
    ...batchingDefaults,
    maxBatchSize,
    dtype: "fp32",
    prepare: (images: Images) => images,
  } as const;
  return { runtime: createRuntime(fakeManifest(), executor, settings), log, held };
}

test("a long call goes through in micro-batches and comes back in order", async () => {
  const { runtime, log } = fakeRuntime(2, { lanes: 2 });
  const images = Uint8Array.from({ length: 20 }, (_, i) => i);
  const codes = await runtime.encode(images);
  assert.deepEqual(codes, { data: Float32Array.of(0, 2, 4, 2, 8, 2, 12, 2, 16, 1), shape: [5, 2] });
  assert.deepEqual(log, ["encode 2", "encode 2", "encode 1"]);
});

test("one item gives one code, no items give no codes, and for those nothing is run", async () => {
  const { runtime, log } = fakeRuntime(2);
  assert.deepEqual((await runtime.encode(new Uint8Array(4))).shape, [1, 2]);
  assert.deepEqual(await runtime.encode(new Uint8Array(0)), { data: new Float32Array(0), shape: [0, 2] });
  assert.deepEqual(await runtime.decode(new Float32Array(0)), {
    data: new Float32Array(0),
    shape: [0, 2, 2, 1],
  });
  assert.deepEqual(log, ["encode 1"]);
});

test("after a failure no further micro-batch is started, and the failure is what comes out", async () => {
  const { runtime, log } = fakeRuntime(1, {
    lanes: 2,
    onRun: () => {
      throw new Error("no");
    },
  });
  await assert.rejects(runtime.encode(new Uint8Array(400)), { message: "no" });
  await runtime.dispose();
  assert.deepEqual(log, ["encode 1", "close"]);
});

test("dispose waits for every micro-batch of the calls in progress, then closes once", async () => {
  const { runtime, log } = fakeRuntime(1);
  const call = runtime.encode(new Uint8Array(20));
  await Promise.all([runtime.dispose(), runtime.dispose()]);
  await runtime.dispose();
  assert.deepEqual((await call).shape, [5, 2]);
  assert.deepEqual(log, [...new Array<string>(5).fill("encode 1"), "close"]);
});

test("dispose waits for a run whose call has ended already", async () => {
  const { runtime, log, held } = fakeRuntime(4, { hold: true });
  const controller = new AbortController();
  const call = runtime.encode(new Uint8Array(4), { signal: controller.signal });
  await settle();
  controller.abort(new Error("enough"));
  await assert.rejects(call, { message: "enough" });
  const disposal = runtime.dispose();
  await settle();
  assert.deepEqual(log, ["encode 1"]);
  held.shift()?.();
  await disposal;
  assert.deepEqual(log, ["encode 1", "close"]);
});

test("every call after dispose is refused by name", async () => {
  const { runtime } = fakeRuntime(1);
  await runtime.dispose();
  for (const [call, promise] of Object.entries({
    encode: runtime.encode(new Uint8Array(4)),
    decode: runtime.decode(new Float32Array(2)),
    reconstruct: runtime.reconstruct(new Uint8Array(4)),
    classify: runtime.classify(new Uint8Array(4)),
    encodeStream: runtime.encodeStream([]).next(),
  })) {
    await assert.rejects(promise, {
      name: "DisposedError",
      message: `${call}() of model "tiny" was called after dispose(); load it again with loadRuntime()`,
    });
  }
});

test("options of a call are checked", async () => {
  const { runtime } = fakeRuntime(1);
  const refused = (options: object, message: string) =>
    assert.rejects(runtime.encode(new Uint8Array(4), options), { name: "OptionError", message });
  await refused(
    { timeOut: 5 },
    "encode: unknown option timeOut is 5; expected one of transfer, signal, timeout",
  );
  await refused({ transfer: 1 }, "encode: transfer is 1; expected true or false");
  await refused(
    { timeout: 0 },
    "encode: timeout is 0; expected milliseconds above 0 up to 2147483647, or Infinity",
  );
  await refused({ signal: 1 }, "encode: signal is 1; expected an AbortSignal");
  await assert.rejects(runtime.encodeStream([], { batchSize: 0 }).next(), {
    message: "encodeStream: batchSize is 0; expected a whole number, at least 1",
  });
});

test("what a home prepares is checked as if it had been given so", async () => {
  const { executor } = fakeExecutor();
  const prepare = async (images: Images) => (images instanceof Uint8Array ? images.subarray(0, 4) : images);
  const runtime = createRuntime(fakeManifest(), executor, { ...batchingDefaults, dtype: "fp32", prepare });
  assert.deepEqual((await runtime.encode(new Uint8Array(7))).shape, [1, 2]);
  await assert.rejects(runtime.encode(new Float32Array(4)), { name: "InputError" });
});

test("a classifier may tell many classes apart; where its numbers are none, the first is said", async () => {
  const classes = Array.from({ length: 200_000 }, (_, i) => `class ${i}`);
  const outputs = { ...fakeManifest().outputs, classes };
  const files = fakeManifest().files;
  const manifest = fakeManifest({
    outputs,
    files: [...files, { ...files[0], path: "c", role: "classifier" }],
  });
  const probabilities = new Float32Array(2 * classes.length);
  probabilities[150_000] = 1;
  probabilities.fill(Number.NaN, classes.length);
  const { executor } = fakeExecutor();
  const run = async () => ({ outputs: [probabilities], milliseconds: 1 });
  const prepare = (images: Images) => images;
  const settings = { ...batchingDefaults, dtype: "fp32", prepare } as const;
  const runtime = createRuntime(manifest, { ...executor, run }, settings);
  assert.deepEqual((await runtime.classify(new Uint8Array(8))).labels, ["class 150000", "class 0"]);
});

test("statistics count calls, items and batches", async () => {
  const { runtime } = fakeRuntime(4);
  assert.deepEqual(runtime.stats(), {
    ...{ requests: 0, items: 0, batches: 0, meanBatch: 0 },
    ...{ queue: { p50: 0, p95: 0, p99: 0 }, compute: { p50: 0, p95: 0, p99: 0 } },
  });
  await Promise.all([runtime.encode(new Uint8Array(4)), runtime.encode(new Uint8Array(8))]);
  await runtime.encode(new Uint8Array(4 * 6));
  const { queue, compute, ...counts } = runtime.stats();
  assert.deepEqual(counts, { requests: 3, items: 9, batches: 3, meanBatch: 3 });
  assert.ok(queue.p50 > 0 && queue.p99 >= queue.p50);
  // The made-up executor takes 1 ms.
  assert.ok(Math.abs(compute.p95 - 1) < 0.04);
});
