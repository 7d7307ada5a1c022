// .parquet files, rows and columns that cannot be used.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { type Dataset, openParquet } from "../../../data/index.ts";
import { parquetBytes, parquetOfLists } from "../../helpers/parquet-files.ts";
import { putFiles } from "../../helpers/put-files.ts";

const all = async (dataset: Dataset) => [...(await dataset.read(0, dataset.length))];

test("rows with nulls, NaN or lists of another length are named, or skipped", async (t) => {
  const at = await putFiles(t, {
    "nan.parquet": parquetBytes([
      { name: "a", data: [1, Number.NaN, 3, null, 5], type: "DOUBLE" },
      { name: "y", data: ["u", "u", null, "v", "w"], type: "STRING" },
    ]),
    "lists.parquet": parquetOfLists([null, [1, 2], [3], [4, null], [5, 6]]),
    "long.parquet": parquetBytes([{ name: "a", data: [1n, 2n ** 53n], type: "INT64" }]),
  });
  const a = "expected finite float32 numbers";
  const nan = await openParquet(at("nan.parquet"), { range: [0, 5] });
  await assert.rejects(nan.read(0, 3), {
    name: "BadItemError",
    message: `${at("nan.parquet")}: row 1: column "a" is NaN; ${a}`,
    item: "row 1",
  });
  await nan.close?.();
  await assert.rejects(openParquet(at("nan.parquet"), { label: "y" }), {
    message: `${at("nan.parquet")}: row 2: column "y" has no value; expected a label`,
  });
  const good = await openParquet(at("nan.parquet"), { label: "y", skipBad: true });
  assert.deepEqual(
    [await all(good), good.labels, good.classNames],
    [[1, 5], Uint8Array.of(0, 2), ["u", "v", "w"]],
  );
  assert.deepEqual(good.skipped, [
    { item: "row 1", reason: `column "a" is NaN; ${a}` },
    { item: "row 2", reason: 'column "y" has no value; expected a label' },
    { item: "row 3", reason: `column "a" is null; ${a}` },
  ]);
  await good.close?.();
  const listed = await openParquet(at("lists.parquet"), { skipBad: true });
  assert.deepEqual(await all(listed), [1, 2, 5, 6]);
  assert.deepEqual(listed.skipped, [
    { item: "row 0", reason: 'column "codes" is null; expected 2 values, as in the first row' },
    { item: "row 2", reason: 'column "codes" holds 1 values; expected 2 values, as in the first row' },
    { item: "row 3", reason: `column "codes" has null as value 1; ${a}` },
  ]);
  await listed.close?.();
  await assert.rejects(openParquet(at("long.parquet"), { skipBad: false }), {
    message:
      `${at("long.parquet")}: row 1: column "a" is 9007199254740992; ` +
      "expected whole numbers up to 16777216, which float32 holds exactly",
  });
});

test("files and columns that cannot be read are refused", async (t) => {
  const words = parquetBytes([{ name: "w", data: ["a", "b"], type: "STRING" }]);
  const at = await putFiles(t, {
    "words.parquet": words,
    "cut.parquet": words.subarray(0, words.length - 9),
    "text.parquet": "hello, this is no parquet file",
    "empty.parquet": "",
    "none.parquet": parquetBytes([{ name: "a", data: [], type: "FLOAT" }]),
  });
  const refused = (name: string, message: string | RegExp, options = {}) =>
    assert.rejects(openParquet(at(name), options), {
      message: typeof message === "string" ? `${at(name)}: ${message}` : message,
    });
  await refused(
    "words.parquet",
    "has the columns w; expected at least 1 column of numbers or of lists of numbers besides the label",
  );
  await refused("words.parquet", 'column "w": holds UTF8; expected numbers or lists of numbers', {
    columns: ["w"],
  });
  await refused("words.parquet", "columns is z; expected names among: w", { columns: ["z"] });
  await refused("words.parquet", "label is z; expected names among: w", { label: "z" });
  await refused("cut.parquet", /cut\.parquet: cannot be read \(.*\); expected a whole \.parquet file$/);
  await refused("text.parquet", /text\.parquet: cannot be read \(.*\); expected a whole \.parquet file$/);
  await refused("empty.parquet", /empty\.parquet: cannot be read \(.*\); expected a whole \.parquet file$/);
  await refused("none.parquet", "no row in it; expected at least 1 item");
  await refused("no.parquet", "no such file; expected a .parquet file");
  await writeFile(at("x.parquet"), parquetBytes([{ name: "a", data: [1], type: "FLOAT" }]));
  await refused("x.parquet", "shape is 2; expected a product of 1, the number of values of an item (1)", {
    shape: [2],
  });
});
