// .parquet files written by hyparquet-writer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { parquetMetadata } from "hyparquet";
import type { ColumnSource } from "hyparquet-writer";
import { type Dataset, openParquet, openSource } from "../../../data/index.ts";
import { parquetBytes, parquetOfLists, zstdOfRawBlock } from "../../helpers/parquet-files.ts";
import { putFiles } from "../../helpers/put-files.ts";

const all = async (dataset: Dataset) => [...(await dataset.read(0, dataset.length))];

test("numbers of every kind are features, other columns are passed over, one can be the label", async (t) => {
  const at = await putFiles(t, {
    "x.parquet": parquetBytes([
      { name: "int", data: [1, 2, -3], type: "INT32" },
      { name: "word", data: ["b", "a", "b"], type: "STRING" },
      { name: "long", data: [1n, -(2n ** 24n), 3n], type: "INT64" },
      { name: "float", data: [0.5, 0.25, 1], type: "FLOAT" },
      { name: "double", data: [0.1, 0.2, 0.3], type: "DOUBLE" },
      { name: "flag", data: [true, false, true], type: "BOOLEAN" },
      { name: "half", data: [0.5, 2, -1], type: "FLOAT16" },
      { name: "time", data: [new Date(1), new Date(2), new Date(3)], type: "TIMESTAMP" },
    ]),
  });
  const dataset = await openSource(`${at("x.parquet")}?label=word`);
  assert.deepEqual([dataset.name, dataset.length, dataset.shape], ["x.parquet", 3, [6]]);
  assert.deepEqual(dataset.columns, ["int", "long", "float", "double", "flag", "half"]);
  assert.deepEqual([dataset.labels, dataset.classNames], [Uint8Array.of(1, 0, 1), ["a", "b"]]);
  const expected = Float32Array.of(
    1,
    1,
    0.5,
    0.1,
    1,
    0.5,
    2,
    -(2 ** 24),
    0.25,
    0.2,
    0,
    2,
    -3,
    3,
    1,
    0.3,
    1,
    -1,
  );
  assert.deepEqual(await dataset.read(0, 3), expected);
  assert.deepEqual(dataset.range, [-(2 ** 24), 3]);
  await dataset.close?.();

  const chosen = await openParquet(at("x.parquet"), {
    columns: ["double", "int"],
    label: "flag",
    shape: [1, 2],
  });
  assert.deepEqual(
    [chosen.shape, chosen.labels, chosen.classNames],
    [[1, 2], Uint8Array.of(1, 0, 1), ["false", "true"]],
  );
  assert.deepEqual(await chosen.gather?.(Uint32Array.of(2, 0)), Float32Array.of(0.3, -3, 0.1, 1));
  await chosen.close?.();
});

test("a column of lists is an item's values", async (t) => {
  const rows = [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9.5],
  ];
  const at = await putFiles(t, { "x.parquet": parquetOfLists(rows) });
  const dataset = await openParquet(at("x.parquet"));
  assert.deepEqual(
    [dataset.shape, dataset.columns, dataset.range],
    [[3], ["codes.0", "codes.1", "codes.2"], [1, 9.5]],
  );
  assert.deepEqual(await all(dataset), rows.flat());
  await dataset.close?.();
});

test("all compressions in use are read", async (t) => {
  const data = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i));
  const compressors = { GZIP: gzipSync, BROTLI: brotliCompressSync, ZSTD: zstdOfRawBlock };
  for (const codec of ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD"] as const) {
    const at = await putFiles(t, {
      x: parquetBytes([{ name: "a", data, type: "DOUBLE" }], { codec, compressors }),
    });
    const dataset = await openSource(at("x"));
    assert.deepEqual(await dataset.read(0, 400), Float32Array.from(data), codec);
    await dataset.close?.();
  }
});

test("any order over many row groups gives the rows, from memory and from the temporary file", async (t) => {
  const data = Int32Array.from({ length: 1000 }, (_, i) => 3 * i + 1);
  const columns: ColumnSource[] = [
    { name: "a", data, type: "INT32" },
    { name: "b", data: data.map((value) => -value), type: "INT32" },
  ];
  const at = await putFiles(t, { "x.parquet": parquetBytes(columns, { rowGroupSize: 70 }) });
  for (const memory of [512, 0]) {
    const dataset = await openParquet(at("x.parquet"), { memory });
    const wanted = [999, 0, 500, 69, 70, 500];
    const values = dataset.gather?.(Uint32Array.from(wanted));
    const span = dataset.read(60, 80);
    assert.deepEqual(
      [...((await values) ?? [])],
      wanted.flatMap((i) => [3 * i + 1, -3 * i - 1]),
    );
    assert.deepEqual(
      [...(await span)],
      Array.from({ length: 20 }, (_, i) => [181 + 3 * i, -181 - 3 * i]).flat(),
    );
    assert.deepEqual(
      [...(await dataset.read(0, 1000))].filter((_, i) => i % 2 === 0),
      [...data],
    );
    await dataset.close?.();
  }
});

test("a row group is read when one of its rows is: a damaged one hurts only then", async (t) => {
  const data = Float32Array.from({ length: 300 }, (_, i) => i * 1.25);
  const bytes = parquetBytes([{ name: "a", data, type: "FLOAT" }], { rowGroupSize: 100, codec: "SNAPPY" });
  const place = parquetMetadata(bytes.buffer as ArrayBuffer).row_groups[1]?.columns[0]?.meta_data
    ?.data_page_offset;
  bytes.fill(0xff, Number(place), Number(place) + 60);
  const at = await putFiles(t, { "x.parquet": bytes });
  const dataset = await openParquet(at("x.parquet"));
  assert.deepEqual(dataset.range, [0, 299 * 1.25], "by the statistics");
  assert.deepEqual(await dataset.read(0, 100), data.subarray(0, 100));
  assert.deepEqual(await dataset.read(200, 300), data.subarray(200));
  await assert.rejects(dataset.read(99, 101), (error: Error) => {
    const start = `${at("x.parquet")}: rows 100 to 199 of column "a": cannot be read (`;
    assert.ok(error.name === "FormatError" && error.message.startsWith(start), error.message);
    return true;
  });
  await dataset.close?.();
});

test("without statistics the range is measured", async (t) => {
  const at = await putFiles(t, {
    "x.parquet": parquetBytes([{ name: "a", data: [4, 2, 8], type: "FLOAT" }], { statistics: false }),
  });
  const dataset = await openParquet(at("x.parquet"));
  assert.deepEqual(dataset.range, [2, 8]);
  await dataset.close?.();
  const given = await openParquet(at("x.parquet"), { range: [0, 10] });
  assert.deepEqual(given.range, [0, 10]);
  await given.close?.();
});
