// Parquet files of many rows, pages and row groups, and codes of all kinds of sizes, as DuckDB reads them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as zlib from "node:zlib";
import type { Column } from "../../../export/features/columns.ts";
import { parquet } from "../../../export/features/formats/parquet/index.ts";
import { duckdb } from "../../helpers/duckdb.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const ROWS = 17_000;

function columnsOf(size: number): readonly Column[] {
  return [
    { kind: "scalar", name: "id", type: "text" },
    { kind: "scalar", name: "note", type: "text" },
    { kind: "scalar", name: "count", type: "integer" },
    { kind: "vector", name: "code", type: "float32", size },
  ];
}

/** Whole numbers that float32 holds exactly, so that sums are exact as well. */
const numberAt = (row: number, i: number): number => ((row * 7 + i * 13) % 1000) - 500;

for (const size of [1, 3, 8, 33]) {
  test(`codes of ${size} numbers in ${ROWS} rows that come in uneven parts`, async (t) => {
    const path = join(await temporaryFolder(t), "x.parquet");
    const writer = await parquet.open([path], columnsOf(size), "snappy");
    for (let from = 0; from < ROWS; from += 701) {
      const rows = Array.from({ length: Math.min(701, ROWS - from) }, (_, i) => from + i);
      await writer.add({
        count: rows.length,
        values: [
          rows.map((row) => `row ${row}`),
          rows.map((row) => (row % 5 === 0 ? null : `a note, of "${row}"`)),
          rows.map((row) => (row % 7 === 0 ? null : 2n ** 53n + BigInt(row))),
          Float32Array.from(rows.flatMap((row) => Array.from({ length: size }, (_, i) => numberAt(row, i)))),
        ],
      });
    }
    await writer.finish();
    await writer.close();
    const rows = await duckdb(`select id, note, count, code from '${path}'`);
    assert.equal(rows.length, ROWS);
    rows.forEach(({ id, note, count, code }, row) => {
      assert.equal(id, `row ${row}`);
      assert.equal(note, row % 5 === 0 ? null : `a note, of "${row}"`);
      assert.equal(count, row % 7 === 0 ? null : String(2n ** 53n + BigInt(row)));
      assert.deepEqual(
        code,
        Array.from({ length: size }, (_, i) => numberAt(row, i)),
      );
    });
    const groups = await duckdb(`select distinct row_group_num_rows as n from parquet_metadata('${path}')`);
    assert.ok(groups.length > 1, "it was to have more than one row group");
    let read = 0;
    for await (const { count, values } of parquet.read([path], columnsOf(size))) {
      assert.equal(values[3]?.[0], numberAt(read, 0));
      read += count;
    }
    assert.equal(read, ROWS);
  });
}

test("rows longer than a page, and codes of one byte over several pages", async (t) => {
  const folder = await temporaryFolder(t);
  for (const { type, size, count } of [
    { type: "float32", size: 70_001, count: 5 },
    { type: "int8", size: 33, count: 17_000 },
  ] as const) {
    const path = join(folder, `${type}.parquet`);
    const columns: readonly Column[] = [
      { kind: "scalar", name: "id", type: "text" },
      { kind: "vector", name: "code", type, size },
    ];
    const writer = await parquet.open([path], columns, "snappy");
    const make = type === "int8" ? Int8Array : Float32Array;
    // One array for all batches, as a caller may have it.
    const atOnce = Math.ceil(count / 4);
    for (let from = 0; from < count; from += atOnce) {
      const rows = Math.min(atOnce, count - from);
      const codes = new make(rows * size);
      codes.forEach((_, i) => {
        codes[i] = (((from + Math.floor(i / size)) * 7 + (i % size) * 13) % 255) - 127;
      });
      await writer.add({
        count: rows,
        values: [Array.from({ length: rows }, (_, i) => `${from + i}`), codes],
      });
      codes.fill(0);
    }
    await writer.finish();
    await writer.close();
    const rows = await duckdb(`select id, code from '${path}'`);
    assert.equal(rows.length, count);
    rows.forEach(({ id, code }, row) => {
      assert.equal(id, `${row}`);
      assert.deepEqual(
        code,
        Array.from({ length: size }, (_, i) => ((row * 7 + i * 13) % 255) - 127),
      );
    });
  }
});

test("a table without rows is a whole file", async (t) => {
  const path = join(await temporaryFolder(t), "x.parquet");
  const writer = await parquet.open([path], columnsOf(2), "snappy");
  await writer.finish();
  await writer.close();
  assert.deepEqual(await duckdb(`select * from '${path}'`), []);
});

test("zstd is written where Node has it, else refused", async (t) => {
  const path = join(await temporaryFolder(t), "x.parquet");
  const open = parquet.open([path], columnsOf(1), "zstd");
  if (!("zstdCompressSync" in zlib)) {
    await assert.rejects(open, {
      name: "FeatureOptionError",
      message: 'compression is "zstd"; expected snappy or none, or Node 22.15 or newer, which has zstd',
    });
    return;
  }
  const writer = await open;
  await writer.add({ count: 2, values: [["a", "a"], ["b", null], [1n, 2n], Float32Array.of(5, 6)] });
  await writer.finish();
  await writer.close();
  const rows = await duckdb(`select * from '${path}'`);
  assert.deepEqual(rows, [
    { id: "a", note: "b", count: "1", code: [5] },
    { id: "a", note: null, count: "2", code: [6] },
  ]);
});

test("ids of any length and script, over several pages, and their bounds where bytes are ordered as texts are", async (t) => {
  const columns: readonly Column[] = [
    { kind: "scalar", name: "id", type: "text" },
    { kind: "vector", name: "code", type: "float32", size: 1 },
  ];
  const folder = await temporaryFolder(t);
  for (const [name, ids] of Object.entries({
    plain: ["b", "", "a".repeat(400_000), ...Array.from({ length: 9_000 }, (_, i) => `folder/${i}.png`)],
    others: [
      "naïve",
      "写真",
      "\u{1f600}",
      "\uffff",
      ...Array.from({ length: 9_000 }, (_, i) => `é${i}`.repeat(30)),
    ],
  })) {
    const path = join(folder, `${name}.parquet`);
    const writer = await parquet.open([path], columns, "snappy");
    for (let from = 0; from < ids.length; from += 1000) {
      const some = ids.slice(from, from + 1000);
      await writer.add({ count: some.length, values: [some, Float32Array.from(some.keys())] });
    }
    await writer.finish();
    await writer.close();
    const rows = await duckdb(`select id from '${path}'`);
    assert.deepEqual(
      rows.map(({ id }) => id),
      ids,
    );
    const sought = ids[5_000] as string;
    assert.deepEqual(await duckdb(`select id from '${path}' where id = '${sought}'`), [{ id: sought }]);
    const [bounds] = await duckdb(
      `select stats_min_value as low, stats_max_value as high from parquet_metadata('${path}') where path_in_schema = 'id'`,
    );
    const known = name === "plain" ? { low: "", high: "folder/999.png" } : { low: null, high: null };
    assert.deepEqual(bounds, known);
  }
});
