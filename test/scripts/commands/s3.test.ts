// Commands on a table in a bucket: encode writes it, neighbours and probe read it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { runProgram } from "../../../scripts/cli/program.ts";
import { startS3Server } from "../../helpers/s3/server.ts";
import { MemoryStream } from "../../helpers/streams.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../helpers/tiny-images.ts";

async function run(...args: string[]) {
  const [stdout, stderr] = [new MemoryStream(), new MemoryStream()];
  const status = await runProgram(["--json", ...args], { stdout, stderr });
  assert.equal(status, 0, stderr.text);
  return JSON.parse(stdout.text);
}

test("a table is written to a bucket, searched and probed there", async (t) => {
  const server = await startS3Server(t);
  Object.assign(process.env, server.env);
  const folder = await temporaryFolder(t);
  const model = await writeTinyPackage(join(folder, "package"));
  const out = "s3://bucket/tables/tiny";
  const images = await writeTinyImages(folder, 60);
  const { rows } = await run("encode", model, images, "--out", out, "--device", "cpu", "--shard-size", "25");
  assert.equal(rows, 60);
  const { neighbours } = await run("neighbours", out, "17", "--k", "3");
  assert.equal(neighbours.length, 3);
  const { file } = await run("probe", out, "--share", "0.5");
  assert.equal(file, "s3://bucket/tables/tiny/probe.json");
  assert.deepEqual(
    [...server.bucket.objects.keys()].sort(),
    [
      ...["features.json", ...[0, 1, 2].flatMap((i) => [`part-0000${i}.json`, `part-0000${i}.parquet`])],
      ...["plan.json", "probe.json"],
    ].map((name) => `tables/tiny/${name}`),
  );
});
