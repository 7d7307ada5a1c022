// Exporting a set: what comes out, going on with one that was broken off, and what is refused.
import assert from "node:assert/strict";
import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { type FeatureEvent, type FeatureOptions, openFeatures } from "../../../export/index.ts";
import { contentOf, rowsOf, runExport, writeFloatPackage } from "../../helpers/feature-exports.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { npyOfFloats } from "../../helpers/npy-files.ts";
import { putFiles } from "../../helpers/put-files.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../helpers/tiny-images.ts";

const COUNT = 100;
const SHARDS = ["part-00000", "part-00001", "part-00002", "part-00003"];

let folder = "";
let images = "";
let model = "";
let floatModel = "";

before(async () => {
  folder = await temporaryFolder(fileScope);
  images = await writeTinyImages(folder, COUNT);
  model = await writeTinyPackage(join(folder, "package"));
  floatModel = await writeFloatPackage(join(folder, "floats"));
});

const run = (out: string, options: Partial<FeatureOptions> = {}, source = images, packageFolder = model) =>
  runExport(packageFolder, source, out, options);

test("a set has a record per shard, a plan and a description, and tells how far it is", async () => {
  const out = join(folder, "whole");
  const { done, events } = run(out);
  const { rows, bad, shards, kept } = await done;
  assert.deepEqual({ rows, bad, shards, kept }, { rows: COUNT, bad: 0, shards: 4, kept: 0 });
  assert.deepEqual((await readdir(out)).sort(), [
    "features.json",
    ...SHARDS.flatMap((shard) => [`${shard}.json`, `${shard}.parquet`]),
    "plan.json",
  ]);
  const record = JSON.parse(await readFile(join(out, "part-00003.json"), "utf8"));
  assert.deepEqual([record.start, record.end, record.rows, record.bad], [90, 100, 10, []]);
  assert.match(record.files[0].sha256, /^[0-9a-f]{64}$/);
  assert.deepEqual(
    events.flatMap((event) => (event.type === "shard" ? event.shard : [])),
    SHARDS,
  );
  assert.deepEqual(events[0], { type: "plan", items: COUNT, shards: 4 });
  const last = events.filter((event) => event.type === "progress").at(-1);
  assert.deepEqual([last?.done, last?.items, last?.secondsLeft], [COUNT, COUNT, 0]);
  const { info, codeSize } = await openFeatures(out);
  assert.deepEqual([info.package.name, info.source.spec, info.rows, codeSize], ["tiny", images, COUNT, 2]);
});

test("started again it verifies, makes what is missing or damaged, and ends with the same files", async () => {
  const out = join(folder, "resumed");
  await run(out).done;
  const expected = await contentOf(out);
  await rm(join(out, "features.json"));
  await rm(join(out, "part-00000.json"));
  await rm(join(out, "part-00001.parquet"));
  await truncate(join(out, "part-00002.parquet"), 100);
  await writeFile(join(out, ".part-00000.parquet.1-x.part"), "left by a killed process");
  await assert.rejects(openFeatures(out), {
    name: "FeatureSetError",
    message: `${out}: is not finished: there is a plan.json but no features.json; run the same latentkit encode again`,
  });
  const { done, events } = run(out);
  assert.equal((await done).kept, 1);
  assert.deepEqual(
    events.filter((event) => event.type === "found").map(({ shard, damage }) => [shard, damage]),
    [
      ["part-00001", "part-00001.parquet: is missing"],
      [
        "part-00002",
        `part-00002.parquet: has 100 bytes; expected ${expected["part-00002.parquet"]?.length} by part-00002.json`,
      ],
      ["part-00003", null],
    ],
  );
  assert.deepEqual(await contentOf(out), expected);
});

test("a file that was changed without changing its size is found by its sha256", async () => {
  const out = join(folder, "changed");
  await run(out).done;
  const path = join(out, "part-00001.parquet");
  const bytes = await readFile(path);
  bytes[200] = (bytes[200] as number) ^ 1;
  await writeFile(path, bytes);
  const { done, events } = run(out);
  await done;
  const damage = events.flatMap((event) => (event.type === "found" && event.damage ? [event.damage] : []));
  assert.match(
    damage[0] ?? "",
    /^part-00001\.parquet: sha256 is [0-9a-f]{64}; expected [0-9a-f]{64} by part-00001\.json$/,
  );
  assert.equal((await rowsOf(out)).length, COUNT);
});

test("a set of another package, source or format is not added to", async () => {
  const out = join(folder, "claimed");
  await run(out).done;
  const before = await contentOf(out);
  const doubled = await writeTinyPackage(join(folder, "doubled"), {
    encoder: {
      ...tinyEncoder,
      constants: { ...tinyEncoder.constants, 255: { data: Float32Array.of(127.5), shape: [] } },
    },
    manifest: { name: "doubled" },
  });
  await assert.rejects(run(out, {}, images, doubled).done, {
    name: "FeatureTargetError",
    message:
      /claimed: holds another set of features: package "tiny" \(fp32, sha256 \w+…\) instead of "doubled" \(fp32/,
  });
  const other = await temporaryFolder(fileScope);
  await assert.rejects(run(out, {}, await writeTinyImages(other, COUNT - 1)).done, {
    message:
      /source "[^"]+" \(100 items, fingerprint \w+…\) instead of "[^"]+" \(99 items, fingerprint \w+…\); expected/,
  });
  await assert.rejects(run(out, { format: "csv" }).done, { message: /format parquet instead of csv/ });
  assert.deepEqual(await contentOf(out), before);
  // The same items at another path are the same source.
  assert.equal((await run(out, {}, await writeTinyImages(other, COUNT)).done).kept, 4);
});

test("a folder with something else is left alone", async (t) => {
  const at = await putFiles(t, { "x/notes.txt": "mine" });
  await assert.rejects(run(at("x")).done, {
    name: "FeatureTargetError",
    message: `${at("x")}: holds 1 files but no plan.json, so it is no set of features; expected an empty folder, or nothing`,
  });
  await assert.rejects(run(at("x/notes.txt")).done, {
    name: "FeatureTargetError",
    message: /is a file; expected a folder/,
  });
});

test("shards become whole in order, also where one is encoded before the one before it", async (t) => {
  // A batch with a 1 in it takes long: the only one of the first shard.
  const items = Array.from({ length: 8 }, (_, i) => [0, 0, 0, i === 0 ? 1 : 0]);
  const at = await putFiles(t, { "items.npy": npyOfFloats(items) });
  const slowForOnes = await writeFloatPackage(at("package"), [
    ["ReduceMax", "input", "most", { keepdims: 0 }],
    ["Mul", "most large", "scaled"],
    ["Add", "scaled one", "size"],
    ["Cast", "size", "side", { to: 7 }],
    ["Expand", "side two", "sides"],
    ["ConstantOfShape", "sides", "zeros"],
    ["MatMul", "zeros zeros", "product"],
    ["ReduceSum", "product", "zero", { keepdims: 0 }],
    ["MatMul", "input weights", "means"],
    ["Add", "means zero", "codes"],
  ]);
  const { done, events } = run(
    at("out"),
    { shardSize: 2, batchSize: 2, workers: 2 },
    at("items.npy"),
    slowForOnes,
  );
  await done;
  assert.deepEqual(
    events.flatMap((event) => (event.type === "shard" ? event.shard : [])),
    SHARDS,
  );
  assert.deepEqual(
    (await rowsOf(at("out"))).map(({ code }) => code[1]),
    items.map((item) => (item[3] as number) / 2),
  );
});

test("an aborted export keeps the shards that are whole, and goes on from there", async () => {
  const out = join(folder, "aborted");
  const controller = new AbortController();
  const onEvent = (event: FeatureEvent) => {
    if (event.type === "shard") controller.abort();
  };
  await assert.rejects(run(out, { signal: controller.signal, onEvent }).done, { name: "AbortError" });
  const names = await readdir(out);
  assert.ok(names.includes("part-00000.json") && !names.includes("part-00003.json"), names.join());
  assert.deepEqual(
    names.filter((name) => name.startsWith(".")),
    [],
  );
  assert.ok((await run(out).done).kept >= 1);
  assert.deepEqual(await contentOf(out), await contentOf(join(folder, "whole")));
});

test("options, and a source that does not fit the package, are refused by name and value", async (t) => {
  const at = await putFiles(t, { "x.npy": npyOfFloats([[1, 2, 3]]), "x.csv": "a,b,c,d\n1,2,3,4\n" });
  const refused = (message: string | RegExp, options: object, source?: string, packageFolder?: string) =>
    assert.rejects(run(at("out"), options, source, packageFolder).done, {
      name: "FeatureOptionError",
      message,
    });
  await refused("shardSize is 0; expected a whole number, at least 1", { shardSize: 0 });
  await refused('format is "xls"; expected parquet or npy or arrow or csv or jsonl', { format: "xls" });
  await refused('compression is "snappy"; expected none, which csv has', {
    format: "csv",
    compression: "snappy",
  });
  await refused(
    `source is "${at("x.npy")}"; expected float32 items of [4], which model "tiny" takes; it holds float32 items of [3]`,
    {},
    at("x.npy"),
    floatModel,
  );
  await refused(
    /^source is ".*skipBad"; expected no skipBad in it/,
    {},
    `${at("x.csv")}?skipBad`,
    floatModel,
  );
  await refused(
    /^keep is "code_1"; expected a name other than/,
    { keep: ["code_1"] },
    await named(at("y.csv")),
    floatModel,
  );
  await assert.rejects(readdir(at("out")), { code: "ENOENT" });
});

async function named(path: string): Promise<string> {
  await writeFile(path, "a,b,c,d,code_1\n1,2,3,4,x\n");
  return path;
}
