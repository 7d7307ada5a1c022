// Several inference threads, and what the end of one does to the others.
import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import type { Job } from "../../../runtime/executor.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { startPool } from "../../../runtime/node/pool.ts";
import { folderFiles } from "../../../runtime/node/source.ts";
import { workerEntry } from "../../../runtime/node/worker-entry.ts";
import { readPackage } from "../../../runtime/source/package.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { slowEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

const entry = workerEntry(import.meta.url, "mortal-worker");
const job = (first: number): Job => {
  return { kind: "encode", inputs: [Uint8Array.of(first, first, 0, 0)], count: 1 };
};

async function startMortals(folder: string, workers: number, encoder?: ReturnType<typeof slowEncoder>) {
  await writeTinyPackage(folder, encoder ? { encoder } : {});
  const loaded = await readPackage(folderFiles(folder));
  return startPool({ ...loaded, devices: ["cpu"], byName: true }, workers, entry);
}

test("a thread that ends takes the calls in it with it; the next call gets a new one", async (t) => {
  const pool = await startMortals(await temporaryFolder(t), 1);
  for (const [first, reason] of [
    [13, "the inference thread failed: Error: of an item that begins with 13"],
    [14, "the inference thread ended with exit code 3"],
  ] as const) {
    const dying = [pool.run(job(first)), pool.run(job(51))];
    for (const call of dying) await assert.rejects(call, { name: "ThreadError", message: reason });
    assert.deepEqual((await pool.run(job(51))).outputs, [Float32Array.of(0.2, 0)]);
  }
  await pool.close();
});

test("a job is sent at once to a thread that is up; one that waits for a thread is held to its values", async (t) => {
  const pool = await startMortals(await temporaryFolder(t), 1);
  const sent = job(51);
  const answer = pool.run(sent);
  assert.equal(sent.inputs[0]?.length, 0);
  assert.deepEqual((await answer).outputs, [Float32Array.of(0.2, 0)]);
  await assert.rejects(pool.run(job(13)), { name: "ThreadError" });
  const waiting = job(51);
  const [first, second] = await Promise.allSettled([pool.run(waiting), pool.run({ ...waiting })]);
  assert.deepEqual(first.status === "fulfilled" && first.value.outputs, [Float32Array.of(0.2, 0)]);
  assert.deepEqual(second.status === "rejected" && [second.reason.name, second.reason.message], [
    "InputError",
    "encode: the values were given away by another call",
  ]);
  await pool.close();
});

test("calls in the other threads go on", async (t) => {
  const pool = await startMortals(await temporaryFolder(t), 2, slowEncoder(3));
  const [living, dying] = [pool.run(job(51)), pool.run(job(13))];
  await assert.rejects(dying, { name: "ThreadError" });
  assert.deepEqual((await living).outputs, [Float32Array.of(0.2, 0)]);
  const after = await Promise.all([pool.run(job(51)), pool.run(job(255)), pool.run(job(0))]);
  assert.deepEqual(
    after.map(({ outputs }) => outputs[0]?.[0]),
    [Math.fround(0.2), 1, 0],
  );
  await pool.close();
});

test("several threads give the codes of one, in order", async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t));
  const runtime = await loadRuntime(folder, { workers: 2, maxBatchSize: 3 });
  const images = Uint8Array.from({ length: 4 * 100 }, (_, i) => (i % 4 < 2 ? i >> 2 : 0));
  const { data } = await runtime.encode(images);
  data.forEach((code, i) => {
    assert.ok(Math.abs(code - (i % 2 === 0 ? i / 2 / 255 : 0)) < 1e-6, `code ${i} is ${code}`);
  });
  await runtime.dispose();
});

test("values that are given away are gone, others stay; the codes are the same", async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t));
  for (const inline of [false, true]) {
    const runtime = await loadRuntime(folder, { inline });
    const [kept, given] = [Uint8Array.of(51, 0, 102, 0), Uint8Array.of(51, 0, 102, 0)];
    const [{ data }, { data: same }] = [
      await runtime.encode(kept),
      await runtime.encode(given, { transfer: true }),
    ];
    assert.deepEqual(same, data);
    assert.deepEqual([kept.length, given.length], [4, inline ? 4 : 0]);
    await runtime.dispose();
  }
});

test("unless told there is a thread per core on the CPU, at most 4, or as many as get the threads asked for", async (t) => {
  const folder = await writeTinyPackage(await temporaryFolder(t));
  const loaded = await readPackage(folderFiles(folder));
  const cores = availableParallelism();
  for (const [threads, workers] of [
    [undefined, Math.min(4, cores)],
    [cores, 1],
  ] as const) {
    const pool = await startPool({ ...loaded, devices: ["cpu"], byName: true, threads }, undefined);
    assert.deepEqual([pool.lanes, pool.fullLanes], [2 * workers, 4 * workers]);
    await pool.close();
  }
});

test("a job's buffers and a result's are handed over, not copied", async (t) => {
  const pool = await startMortals(await temporaryFolder(t), 1);
  const given = job(51);
  await pool.run(given);
  assert.equal(given.inputs[0]?.byteLength, 0, "the sender's array must be gone");
  await pool.close();
});
