// Sets in a bucket: they are those of a folder, go on after a kill, are refused like them, and can be read again.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { openFeatures, openNeighbours } from "../../../export/index.ts";
import { contentOf, rowsOf, runExport } from "../../helpers/feature-exports.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { type S3Server, startS3Server } from "../../helpers/s3/server.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../helpers/tiny-images.ts";

let server: S3Server;
let folder = "";
let images = "";
let model = "";

before(async () => {
  server = await startS3Server(fileScope);
  Object.assign(process.env, server.env);
  folder = await temporaryFolder(fileScope);
  images = await writeTinyImages(folder, 100);
  model = await writeTinyPackage(join(folder, "package"));
});

/** As {@link contentOf} has it. */
function objectsUnder(prefix: string): Record<string, string> {
  const entries = [...server.bucket.objects].filter(([key]) => key.startsWith(prefix)).sort();
  return Object.fromEntries(
    entries.map(([key, { bytes }]) => [
      key.slice(prefix.length),
      Buffer.from(bytes)
        .toString("latin1")
        .replace(/"seconds": [\d.e-]+/, ""),
    ]),
  );
}

const put = (key: string, text: string) => server.bucket.put(key, Buffer.from(text));

test("a set in a bucket has the files of one in a folder, and reads the same", async () => {
  const local = join(folder, "local");
  await runExport(model, images, local, { format: "npy" }).done;
  const { out, rows } = await runExport(model, images, "s3://bucket/sets/one", { format: "npy" }).done;
  assert.deepEqual([out, rows], ["s3://bucket/sets/one", 100]);
  assert.deepEqual(objectsUnder("sets/one/"), await contentOf(local));
  assert.deepEqual(await rowsOf(out), await rowsOf(local));
  const nearTo17 = async (features: string) => (await openNeighbours(features)).nearestTo("17", 5);
  assert.deepEqual(await nearTo17(out), await nearTo17(local));
});

test("what is missing or was replaced is made again, other shards are not read", async () => {
  const out = "s3://bucket/damaged";
  await runExport(model, images, out).done;
  const whole = objectsUnder("damaged/");
  server.bucket.objects.delete("damaged/part-00001.parquet");
  put("damaged/part-00002.parquet", "something else");
  server.requests.length = 0;
  const { done, events } = runExport(model, images, out);
  assert.equal((await done).kept, 2);
  assert.deepEqual(
    events.flatMap((event) => (event.type === "found" && event.damage ? [event.damage.slice(0, 41)] : [])),
    ["part-00001.parquet: is missing", "part-00002.parquet: has 14 bytes; expecte"],
  );
  const read = server.requests.filter(({ method, key }) => method === "GET" && key.endsWith(".parquet"));
  assert.deepEqual(
    read.map(({ key }) => key),
    ["damaged/part-00002.parquet"],
  );
  assert.deepEqual(objectsUnder("damaged/"), whole);
});

test("another set, or something else, under the prefix is left alone", async () => {
  await runExport(model, images, "s3://bucket/claimed").done;
  await assert.rejects(runExport(model, images, "s3://bucket/claimed", { codes: "int8" }).done, {
    name: "FeatureTargetError",
    message:
      /^s3:\/\/bucket\/claimed: holds another set of features: columns .+; expected the same, or another place$/,
  });
  put("foreign/notes.txt", "mine");
  await assert.rejects(runExport(model, images, "s3://bucket/foreign").done, {
    name: "FeatureTargetError",
    message: /^s3:\/\/bucket\/foreign: holds 1 files but no plan.json/,
  });
  await assert.rejects(openFeatures("s3://bucket/foreign"), {
    name: "FeatureSetError",
    message: /^s3:\/\/bucket\/foreign: has no features.json/,
  });
});

test("killed in the middle of an upload, it goes on to the set of an unbroken export", async () => {
  const settings = { shardSize: 24, batchSize: 8, threads: 1, format: "jsonl" } as const; // those of the program
  await runExport(model, images, "s3://bucket/whole", settings).done;

  const program = fileURLToPath(new URL("exporting.ts", import.meta.url));
  const args = ["--import", "tsx", program, model, images, "s3://bucket/killed"];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  server.fault = ({ method, key }) => {
    if (method === "PUT" && key === "killed/part-00002.jsonl") child.kill("SIGKILL");
    return child.killed ? "cut" : undefined;
  };
  assert.deepEqual(await once(child, "close"), [null, "SIGKILL"]);
  server.fault = () => undefined;
  const there = Object.keys(objectsUnder("killed/"));
  assert.ok(there.includes("part-00000.json") && !there.includes("part-00002.jsonl"), there.join());
  const { kept } = await runExport(model, images, "s3://bucket/killed", settings).done;
  assert.ok(kept >= 1, String(kept));
  assert.deepEqual(objectsUnder("killed/"), objectsUnder("whole/"));
});
