// Sources opened to be read once, in order: nothing is looked at beforehand; and columns that go along with the items.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ItemSpec, openSource, openToWalk, subset } from "../../data/index.ts";
import { npyOfFloats } from "../helpers/npy-files.ts";
import { parquetBytes } from "../helpers/parquet-files.ts";
import { png } from "../helpers/png.ts";
import { putFiles } from "../helpers/put-files.ts";

const pairs: ItemSpec = { shape: [2], dtype: "float32", range: [0, 9] };

/** The source's items one by one: values, or why they are bad. */
async function walk(spec: string, items: ItemSpec, options = {}) {
  const dataset = await openToWalk(spec, items, options);
  const found: (number[] | string)[] = [];
  for (let i = 0; i < dataset.length; i++) {
    found.push(
      await dataset.read(i, i + 1).then(
        (values) => [...values],
        (error: { reason: string }) => error.reason,
      ),
    );
  }
  const kept = await Promise.all((dataset.kept ?? []).map(({ read }) => read(0, dataset.length)));
  await dataset.close?.();
  return { found, kept, labels: dataset.labels && [...dataset.labels], range: dataset.range };
}

test("a .npy file is not read to measure its range: bad items are met when they are read", async (t) => {
  const at = await putFiles(t, {
    "x.npy": npyOfFloats([
      [1, 2],
      [Number.NaN, 4],
      [5, 6],
    ]),
  });
  const { found, range } = await walk(at("x.npy"), pairs);
  assert.deepEqual(range, [0, 9]);
  assert.deepEqual(found, [[1, 2], "value 0 is NaN; expected finite float32 numbers", [5, 6]]);
  assert.deepEqual((await walk(`${at("x.npy")}?range=1,3`, pairs)).range, [1, 3]);
});

test("bad rows of a .csv file keep their places, labels and texts among them", async (t) => {
  const at = await putFiles(t, { "x.csv": "who,a,b,class\nAnn,1,2,x\nBob,?,4,y\n\nCy,5,6\nDi,7,8,x\n" });
  const options = { label: "class", keep: ["who"] };
  const { found, kept, labels } = await walk(at("x.csv"), pairs, options);
  assert.deepEqual(found, [
    [1, 2],
    'column "a" is "?"; expected a finite float32 number, such as -1.5e3',
    "has 3 cells; expected 4, as the first row has",
    [7, 8],
  ]);
  assert.deepEqual(kept, [["Ann", "Bob", "Cy", "Di"]]);
  assert.deepEqual([labels?.[0], labels?.[3]], [0, 0]);
  await assert.rejects(openSource(at("x.csv"), options), {
    name: "BadItemError",
    message: /row 3: column "a" is "\?"/,
  });
});

test("kept texts of a long .csv file are read from any row to any other", async (t) => {
  const rows = Array.from({ length: 30_000 }, (_, i) => `"name, ${i}",${i},${i % 7}`);
  const at = await putFiles(t, { "x.csv": `name,a,b\n${rows.join("\n")}\n` });
  const dataset = await openSource(at("x.csv"), { keep: ["name"] });
  assert.deepEqual(dataset.columns, ["a", "b"]);
  const [names] = dataset.kept ?? [];
  for (const [start, end] of [
    [0, 3],
    [12_345, 12_347],
    [29_998, 30_000],
    [5000, 25_000],
    [7, 7],
  ] as const) {
    const expected = Array.from({ length: end - start }, (_, i) => `name, ${start + i}`);
    assert.deepEqual(await names?.read(start, end), expected);
  }
  await dataset.close?.();
});

test("kept columns of a .parquet file have their types; a row without label is bad when it is read", async (t) => {
  const at = await putFiles(t, {
    "x.parquet": parquetBytes(
      [
        { name: "a", data: [1, 2, 3], type: "FLOAT" },
        { name: "b", data: [1, 2, 3], type: "DOUBLE" },
        { name: "class", data: ["x", null, "y"], type: "STRING" },
        { name: "long", data: [2n ** 62n, null, -1n], type: "INT64" },
        { name: "int", data: [1, 2, 3], type: "INT32" },
        { name: "word", data: ["u", "v", null], type: "STRING" },
        { name: "flag", data: [true, false, null], type: "BOOLEAN" },
        { name: "time", data: [new Date(0), new Date(1), null], type: "TIMESTAMP" },
      ],
      { rowGroupSize: 2 },
    ),
  });
  const keep = ["long", "int", "word", "flag", "time", "b"];
  const one: ItemSpec = { ...pairs, shape: [1] };
  const { found, kept } = await walk(at("x.parquet"), one, { keep, label: "class" });
  assert.deepEqual(found, [[1], 'column "class" has no value; expected a label', [3]]);
  assert.deepEqual(kept, [
    [2n ** 62n, null, -1n],
    [1n, 2n, 3n],
    ["u", "v", null],
    [true, false, null],
    ["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.001Z", null],
    [1, 2, 3],
  ]);
  await assert.rejects(openSource(at("x.parquet"), { keep: ["nobody"] }), {
    name: "DataOptionError",
    message: `${at("x.parquet")}: keep is nobody; expected names among: a, b, class, long, int, word, flag, time`,
  });
});

test("images are brought to the shape that is wanted, and not looked at before", async (t) => {
  const at = await putFiles(t, {
    "p/1.png": png({ width: 4, height: 4, kind: "gray" }, Array(16).fill(50)),
    "p/2.png": "no image",
    "p/3.png": png({ width: 2, height: 6, kind: "gray" }, Array(12).fill(70)),
  });
  const items: ItemSpec = { shape: [2, 2, 1], dtype: "uint8", range: [0, 255] };
  const { found } = await walk(at("p"), items);
  assert.deepEqual([found[0], found[2]], [Array(4).fill(50), Array(4).fill(70)]);
  assert.match(String(found[1]), /^cannot be read/);
  assert.deepEqual((await walk(`${at("p")}?size=1x3`, items)).found[0], Array(3).fill(50));
  const dataset = await openToWalk(at("p"), items);
  assert.equal(subset(dataset, [2, 0]).id?.(0), "3.png");
  await dataset.close?.();
});
