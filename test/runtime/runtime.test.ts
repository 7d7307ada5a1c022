// The front of the runtime over a made-up executor: micro-batches, failures, disposal.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Executor, Job, JobResult } from "../../runtime/executor.ts";
import { checkManifest } from "../../runtime/index.ts";
import { createRuntime } from "../../runtime/runtime.ts";
import { tinyManifest } from "../helpers/tiny-autoencoder.ts";

const file = { path: "e", sha256: "0".repeat(64), bytes: 1, role: "encoder", dtype: "fp32" };
const manifest = checkManifest({ ...tinyManifest, files: [file, { ...file, role: "decoder" }] }, "test");

/** Codes are [first pixel, number of items in the micro-batch]. */
function fakeExecutor(run?: (job: Job) => Promise<JobResult>) {
  const log: string[] = [];
  const executor: Executor = {
    device: "cpu",
    passedOver: [],
    async run(job) {
      log.push(`${job.kind} ${job.count}`);
      if (run) return run(job);
      const data = Float32Array.from({ length: 2 * job.count }, (_, i) =>
        i % 2 === 0 ? (job.data[2 * i] ?? Number.NaN) : job.count,
      );
      return { data };
    },
    async close() {
      log.push("close");
    },
  };
  return { executor, log };
}

test("items go through in micro-batches and come back in order", async () => {
  const { executor, log } = fakeExecutor();
  const runtime = createRuntime(manifest, executor, 2);
  const images = Uint8Array.from({ length: 20 }, (_, i) => i);
  const codes = await runtime.encode(images);
  assert.deepEqual(codes, { data: Float32Array.of(0, 2, 4, 2, 8, 2, 12, 2, 16, 1), shape: [5, 2] });
  assert.deepEqual(log.toSorted(), ["encode 1", "encode 2", "encode 2"]);
});

test("no items give no codes, and nothing is run", async () => {
  const { executor, log } = fakeExecutor();
  const codes = await createRuntime(manifest, executor, 2).encode(new Uint8Array(0));
  assert.deepEqual(codes, { data: new Float32Array(0), shape: [0, 2] });
  assert.deepEqual(log, []);
});

test("after a failure no further micro-batch is started, and the failure is what comes out", async () => {
  const { executor, log } = fakeExecutor(async () => {
    throw new Error("no");
  });
  await assert.rejects(createRuntime(manifest, executor, 1).encode(new Uint8Array(400)), { message: "no" });
  assert.ok(log.length <= 2, `${log.length} of 100 micro-batches were started`);
});

test("dispose waits for every micro-batch of the calls in progress, then closes once", async () => {
  const { executor, log } = fakeExecutor();
  const runtime = createRuntime(manifest, executor, 1);
  const call = runtime.encode(new Uint8Array(20));
  await Promise.all([runtime.dispose(), runtime.dispose()]);
  await runtime.dispose();
  assert.deepEqual((await call).shape, [5, 2]);
  assert.deepEqual(log, [...new Array<string>(5).fill("encode 1"), "close"]);
});

test("every call after dispose is refused by name", async () => {
  const runtime = createRuntime(manifest, fakeExecutor().executor, 1);
  await runtime.dispose();
  for (const [call, promise] of Object.entries({
    encode: runtime.encode(new Uint8Array(4)),
    decode: runtime.decode(new Float32Array(2)),
    reconstruct: runtime.reconstruct(new Uint8Array(4)),
  })) {
    await assert.rejects(promise, {
      name: "DisposedError",
      message: `${call}() of model "tiny" was called after dispose(); load it again with loadRuntime()`,
    });
  }
});
