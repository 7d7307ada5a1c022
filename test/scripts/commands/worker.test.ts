// `latentkit worker` and `latentkit encode --queue`: what they say, and how they end.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openFeatures } from "../../../export/index.ts";
import { runProgram } from "../../../scripts/cli/program.ts";
import { startEventProcess } from "../../helpers/event-process.ts";
import { redisFor, skipWithoutRedis } from "../../helpers/redis.ts";
import { MemoryStream } from "../../helpers/streams.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../helpers/tiny-images.ts";

const program = new URL("../../../scripts/latentkit.ts", import.meta.url);

async function run(...args: string[]) {
  const [stdout, stderr] = [new MemoryStream(), new MemoryStream()];
  const status = await runProgram(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

test("a worker makes what encode puts into the queue; SIGTERM ends it with 0", {
  skip: skipWithoutRedis(),
}, async (t) => {
  const folder = await temporaryFolder(t);
  const images = await writeTinyImages(folder, 50);
  const model = await writeTinyPackage(join(folder, "package"));
  const out = join(folder, "out");
  const { url } = await redisFor(t, { keeps: false });
  const args = ["--json", "worker", "--queue", url, "--device", "cpu", "--workers", "1"];
  const worker = startEventProcess(t, program, args, { from: "stderr" });
  const { status, stdout, stderr } = await run(
    ...["encode", model, images, "--out", out, "--shard-size", "20", "--queue", url],
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^rows +50$/m);
  assert.match(stderr, /^shards put into the queue: 3$/m);
  assert.match(stderr, /^50 of 50 \(100%\)/m);
  assert.equal((await openFeatures(out)).info.rows, 50);
  assert.equal(await worker.end("SIGTERM"), 0);
  assert.deepEqual(
    worker.events.filter(({ type }) => type === "shard").map(({ shard, rows }) => [shard, rows]),
    [
      ["part-00000", 20],
      ["part-00001", 20],
      ["part-00002", 10],
    ],
  );
});

test("what is wrong is one line", async (t) => {
  const folder = await temporaryFolder(t);
  const model = await writeTinyPackage(join(folder, "package"));
  const nobody = "redis://me:hidden@127.0.0.1:1";
  const refused = await run("worker", "--queue", nobody);
  assert.equal(refused.status, 1);
  assert.match(
    refused.stderr,
    /^latentkit: redis:\/\/127\.0\.0\.1:1: Redis can't be used \(.*\); expected .*\n$/,
  );
  const args = ["encode", model, "mnist", "--out", join(folder, "out"), "--queue", nobody, "--threads", "2"];
  const misplaced = await run(...args);
  assert.equal(misplaced.status, 2);
  assert.match(
    misplaced.stderr,
    /^latentkit: option --threads: expected at latentkit worker, which computes, not beside --queue$/m,
  );
});
