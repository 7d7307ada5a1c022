// Exporting a set: what comes out, going on with one that was broken off, what is refused, and items that are bad.
import assert from "node:assert/strict";
import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import {
  exportFeatures,
  type FeatureEvent,
  type FeatureOptions,
  openFeatures,
  readFeatures,
} from "../../../export/index.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { npyOfFloats } from "../../helpers/npy-files.ts";
import { parquetBytes } from "../../helpers/parquet-files.ts";
import { png } from "../../helpers/png.ts";
import { putFiles } from "../../helpers/put-files.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { tinyCode, tinyPixels, writeTinyImages } from "../../helpers/tiny-images.ts";

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
  // Takes rows of four floats, which are not scaled: its codes are their means, two by two.
  floatModel = await writeTinyPackage(join(folder, "floats"), {
    encoder: {
      ...tinyEncoder,
      inputs: { input: ["float32", ["batch", 4]] },
      nodes: [["MatMul", "input weights", "codes"]],
      constants: { weights: { data: Float32Array.of(0.5, 0, 0.5, 0, 0, 0.5, 0, 0.5), shape: [4, 2] } },
    },
    decoder: {
      inputs: { codes: ["float32", ["batch", 2]] },
      outputs: { reconstruction: ["float32", ["batch", 4]] },
      nodes: [["MatMul", "codes weights", "reconstruction"]],
      constants: { weights: { data: Float32Array.of(1, 1, 0, 0, 0, 0, 1, 1), shape: [2, 4] } },
    },
    manifest: {
      input: { shape: [4], dtype: "float32", range: [0, 1], layout: "flat" },
      outputs: {
        codes: { shape: [2], dtype: "float32" },
        reconstruction: { shape: [4], dtype: "float32", range: [0, 1] },
      },
    },
  });
});

const small = { shardSize: 30, batchSize: 8, device: "cpu" } as const;

async function rowsOf(out: string) {
  const rows: { id: string; code: number[]; label: unknown; kept: Record<string, unknown> }[] = [];
  for await (const { ids, codes, shape, labels, kept } of readFeatures(out)) {
    ids.forEach((id, i) => {
      const code = [...codes.subarray(i * shape[1], (i + 1) * shape[1])];
      const cells = Object.fromEntries(Object.entries(kept).map(([name, values]) => [name, values[i]]));
      rows.push({ id, code, label: labels?.[i], kept: cells });
    });
  }
  return rows;
}

/** Names and contents, but for how long shards took. */
async function contentOf(out: string): Promise<Record<string, string>> {
  const names = (await readdir(out)).sort();
  const entries = names.map(async (name) => {
    const text = await readFile(join(out, name), "latin1");
    return [name, text.replace(/"seconds": [\d.e-]+/, "")] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function run(out: string, options: Partial<FeatureOptions> = {}, source = images, packageFolder = model) {
  const events: FeatureEvent[] = [];
  const done = exportFeatures(packageFolder, source, {
    ...{ ...small, out, onEvent: (event) => events.push(event) },
    ...options,
  });
  return { done, events };
}

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
  assert.deepEqual(events.flatMap((event) => (event.type === "shard" ? event.shard : [])).sort(), SHARDS);
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

test("without skipBad the first bad item ends it: shards before it are kept; with it the export goes on", async (t) => {
  const values = Array.from({ length: 40 }, (_, i) => [i, i, 2 * i, 2 * i]);
  values[23] = [0, Number.NaN, 0, 0];
  values[24] = [0, 0, 0, Number.POSITIVE_INFINITY];
  const at = await putFiles(t, { "x.npy": npyOfFloats(values) });
  const out = at("out");
  const options = { shardSize: 10, batchSize: 1, error: true };
  await assert.rejects(run(out, options, at("x.npy"), floatModel).done, {
    name: "BadFeatureItemError",
    message:
      `${at("x.npy")}: item 23: value 1 is NaN; expected finite float32 numbers. ` +
      "part-00002 was not written, those before it are kept; " +
      "skipBad (--skip-bad) leaves such items out and lists them in bad.jsonl",
  });
  const names = await readdir(out);
  assert.deepEqual(names.filter((name) => name.endsWith(".parquet")).sort(), [
    "part-00000.parquet",
    "part-00001.parquet",
  ]);
  const { rows, bad, kept } = await run(out, { ...options, skipBad: true }, at("x.npy"), floatModel).done;
  assert.deepEqual({ rows, bad, kept }, { rows: 38, bad: 2, kept: 2 });
  const listed = (await readFile(join(out, "bad.jsonl"), "utf8")).trim().split("\n");
  assert.deepEqual(
    listed.map((line) => JSON.parse(line)),
    [
      { item: 23, id: "23", reason: "value 1 is NaN; expected finite float32 numbers" },
      { item: 24, id: "24", reason: "value 3 is Infinity; expected finite float32 numbers" },
    ],
  );
  const good = values.flatMap((_, i) => (i === 23 || i === 24 ? [] : [{ id: String(i), code: [i, 2 * i] }]));
  assert.deepEqual(
    (await rowsOf(out)).map(({ id, code }) => ({ id, code })),
    good,
  );
});

test("a shard whose items are all bad has no row, in every format", async (t) => {
  const at = await putFiles(t, {
    "x.npy": npyOfFloats([
      [1, 1, 2, 2],
      [Number.NaN, 0, 0, 0],
      [5, 5, 6, 6],
    ]),
  });
  for (const format of ["parquet", "npy", "arrow", "csv", "jsonl"] as const) {
    const options = { format, shardSize: 1, skipBad: true } as const;
    const { rows, bad, shards } = await run(at(format), options, at("x.npy"), floatModel).done;
    assert.deepEqual({ rows, bad, shards }, { rows: 2, bad: 1, shards: 3 });
    assert.deepEqual(
      (await rowsOf(at(format))).map(({ id, code }) => [id, code]),
      [
        ["0", [1, 2]],
        ["2", [5, 6]],
      ],
      format,
    );
  }
});

test("images that can't be decoded are listed by their paths", async (t) => {
  const picture = (i: number) => png({ width: 2, height: 2, kind: "gray" }, tinyPixels(i));
  const files = Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [`photos/${i % 2 ? "odd" : "even"}/${i}.png`, picture(i)]),
  );
  const at = await putFiles(t, { ...files, "photos/odd/5.png": "no image" });
  const { rows, bad } = await run(at("out"), { skipBad: true }, at("photos")).done;
  assert.deepEqual({ rows, bad }, { rows: 8, bad: 1 });
  const [line = ""] = (await readFile(join(at("out"), "bad.jsonl"), "utf8")).split("\n");
  assert.deepEqual([JSON.parse(line).item, JSON.parse(line).id], [7, "odd/5.png"]);
  const found = await rowsOf(at("out"));
  assert.deepEqual(
    found.map(({ id, label }) => [id, label]),
    [0, 2, 4, 6, 8, 1, 3, 7].map((i) => [`${i % 2 ? "odd" : "even"}/${i}.png`, i % 2 ? "odd" : "even"]),
  );
  found.forEach(({ id, code }) => {
    const expected = tinyCode(Number(/\d/.exec(id)?.[0]));
    code.forEach((value, i) => {
      assert.ok(Math.abs(value - (expected[i] as number)) < 1e-6, `${id}: ${code}`);
    });
  });
});

test("columns of a .csv and a .parquet file go along under their names", async (t) => {
  const at = await putFiles(t, {
    "x.csv": 'name,a,b,c,d,when\n"Ann, B",1,1,2,2,07:00\nBob,3,3,4,4,\nCy,x,0,0,0,09:00\nDi,5,5,6,6,10:00\n',
    "x.parquet": parquetBytes([
      { name: "a", data: [1, 3], type: "FLOAT" },
      { name: "b", data: [1, 3], type: "FLOAT" },
      { name: "c", data: [2, 4], type: "FLOAT" },
      { name: "d", data: [2, 4], type: "FLOAT" },
      { name: "key", data: [2n ** 60n, 7n], type: "INT64" },
      { name: "ok", data: [true, null], type: "BOOLEAN" },
    ]),
  });
  await run(at("csv"), { keep: ["name", "when"], skipBad: true, batchSize: 3 }, at("x.csv"), floatModel).done;
  assert.deepEqual(await rowsOf(at("csv")), [
    { id: "0", code: [1, 2], label: undefined, kept: { name: "Ann, B", when: "07:00" } },
    { id: "1", code: [3, 4], label: undefined, kept: { name: "Bob", when: "" } },
    { id: "3", code: [5, 6], label: undefined, kept: { name: "Di", when: "10:00" } },
  ]);
  for (const format of ["parquet", "npy", "arrow", "csv", "jsonl"] as const) {
    const out = at(`kept-${format}`);
    await run(out, { keep: ["key", "ok"], format }, at("x.parquet"), floatModel).done;
    assert.deepEqual(
      (await rowsOf(out)).map(({ kept }) => kept),
      [
        { key: 2n ** 60n, ok: true },
        { key: 7n, ok: null },
      ],
      format,
    );
  }
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
