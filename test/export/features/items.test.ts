// Items that can't be used, and columns that go along with those that can.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import type { FeatureOptions } from "../../../export/index.ts";
import { rowsOf, runExport, writeFloatPackage } from "../../helpers/feature-exports.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { npyOfFloats } from "../../helpers/npy-files.ts";
import { parquetBytes } from "../../helpers/parquet-files.ts";
import { png } from "../../helpers/png.ts";
import { putFiles } from "../../helpers/put-files.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { tinyCode, tinyPixels } from "../../helpers/tiny-images.ts";

let model = "";
let floatModel = "";

before(async () => {
  const folder = await temporaryFolder(fileScope);
  model = await writeTinyPackage(join(folder, "package"));
  floatModel = await writeFloatPackage(join(folder, "floats"));
});

const run = (out: string, options: Partial<FeatureOptions>, source: string, packageFolder = model) =>
  runExport(packageFolder, source, out, options);

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
