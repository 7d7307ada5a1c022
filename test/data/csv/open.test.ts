// Tables of text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { type CsvOptions, type Dataset, openCsv, openSource } from "../../../data/index.ts";
import { putFiles } from "../../helpers/put-files.ts";

const all = async (dataset: Dataset) => [...(await dataset.read(0, dataset.length))];

const iris = `sepal,petal,species
5.1,1.4,setosa
7.0,4.7,versicolor
6.3,6.0,virginica
4.9,1.4,setosa
`;

test("columns of numbers are features, a column of names gives classes", async (t) => {
  const at = await putFiles(t, { "iris.csv": iris });
  const dataset = await openSource(`${at("iris.csv")}?label=species`);
  assert.deepEqual(
    [dataset.name, dataset.length, dataset.shape, dataset.dtype],
    ["iris.csv", 4, [2], "float32"],
  );
  assert.deepEqual(dataset.columns, ["sepal", "petal"]);
  assert.deepEqual(dataset.classNames, ["setosa", "versicolor", "virginica"]);
  assert.deepEqual(dataset.labels, Uint8Array.of(0, 1, 2, 0));
  assert.deepEqual(dataset.range, [Math.fround(1.4), 7]);
  assert.deepEqual(await all(dataset), [5.1, 1.4, 7, 4.7, 6.3, 6, 4.9, 1.4].map(Math.fround));
  assert.deepEqual(await dataset.gather?.(Uint32Array.of(2, 0)), Float32Array.of(6.3, 6, 5.1, 1.4));
  assert.equal("labels" in (await openCsv(at("iris.csv"))), false);
});

test("columns can be chosen, in any order, and rows be given a shape and a range", async (t) => {
  const at = await putFiles(t, { "x.csv": "a,b,c,d\n1,2,3,4\n5,6,7,8\n" });
  const dataset = await openSource(`${at("x.csv")}?columns=d,a&label=b&shape=1x2&range=0,10`);
  assert.deepEqual(
    [dataset.columns, dataset.shape, dataset.range],
    [
      ["d", "a"],
      [1, 2],
      [0, 10],
    ],
  );
  assert.deepEqual([await all(dataset), dataset.labels], [[4, 1, 8, 5], Uint8Array.of(2, 6)]);
});

test("a header is a first row without numbers, unless it is told", async (t) => {
  const at = await putFiles(t, { "bare.csv": "1,2,x\n3,4,y\n", "years.csv": "2020,2021\n1,2\n" });
  const bare = await openCsv(at("bare.csv"), { label: "3" });
  assert.deepEqual(
    [bare.columns, await all(bare), bare.classNames],
    [
      ["1", "2"],
      [1, 2, 3, 4],
      ["x", "y"],
    ],
  );
  const years = await openCsv(at("years.csv"), { header: true });
  assert.deepEqual(
    [years.columns, await all(years)],
    [
      ["2020", "2021"],
      [1, 2],
    ],
  );
  assert.equal((await openCsv(at("years.csv"))).length, 2);
});

test("the ways CSV is written: BOM, CRLF, quotes, semicolons, tabs, empty lines, gzip, no last line end", async (t) => {
  const at = await putFiles(t, {
    "bom.csv": "\ufeffa,b\r\n1,2\r\n\r\n3,4",
    "quotes.csv": 'name,"a ""b"", c"\n"x\ny","1.5"\n"ü, z",-2e-1\n',
    "semi.csv": "a;b\n1;2\n",
    "tab.tsv": "a\tb\n1\t2\n",
    "zip.csv.gz": gzipSync("a,b\n1,2\n"),
    "one.csv": "a\n1\n2\n",
    "blank.csv": "\n\na,b\n1,2\n",
  });
  const read = async (name: string, options: CsvOptions = {}) => {
    const dataset = await openSource(at(name), options);
    return { columns: dataset.columns, values: await all(dataset), classes: dataset.classNames };
  };
  const ab = { columns: ["a", "b"], values: [1, 2], classes: undefined };
  assert.deepEqual(await read("bom.csv"), { ...ab, values: [1, 2, 3, 4] });
  assert.deepEqual(await read("quotes.csv", { label: "name" }), {
    columns: ['a "b", c'],
    values: [1.5, Math.fround(-0.2)],
    classes: ["x\ny", "ü, z"],
  });
  assert.deepEqual(await read("semi.csv"), ab);
  assert.deepEqual(await read("tab.tsv"), ab);
  assert.deepEqual(await read("zip.csv.gz"), ab);
  assert.deepEqual(await read("one.csv"), { columns: ["a"], values: [1, 2], classes: undefined });
  assert.deepEqual(await read("blank.csv"), ab);
  assert.deepEqual(await read("semi.csv", { delimiter: ";" }), ab);
});

test("labels that are whole numbers stay as they are, also as 1.0; other numbers are no classes", async (t) => {
  const at = await putFiles(t, {
    "whole.csv": "x,y\n0,3\n0,-300\n",
    "point.csv": "x,y\n0,3.0\n0,1.0\n",
    "real.csv": "x,y\n0,3\n0,0.5\n",
  });
  assert.deepEqual((await openCsv(at("whole.csv"), { label: "y" })).labels, Int32Array.of(3, -300));
  const point = await openCsv(at("point.csv"), { label: "y" });
  assert.deepEqual([point.labels, "classNames" in point], [Uint8Array.of(3, 1), false]);
  await assert.rejects(openCsv(at("real.csv"), { label: "y" }), {
    name: "FormatError",
    message:
      `${at("real.csv")}: column "y" holds 0.5; expected class names or whole numbers of 32 bits`.replace(
        " holds",
        ": holds",
      ),
  });
});

test("ragged rows and cells that are no numbers are named as a spreadsheet numbers them, or skipped", async (t) => {
  const at = await putFiles(t, {
    "x.csv": 'a,b,c\n1,2,u\n3,4\n5,"six",u\n\n7,,u\n8,9,\n10,1e39,u\n11,0x10,u\n12,13,w\n',
  });
  const reasons = {
    "row 3": "has 2 cells; expected 3, as the first row has",
    "row 4": 'column "b" is "six"; expected a finite float32 number, such as -1.5e3',
    "row 6": 'column "b" is ""; expected a finite float32 number, such as -1.5e3',
    "row 7": 'column "c" is empty; expected a label',
    "row 8": 'column "b" is "1e39"; expected a finite float32 number, such as -1.5e3',
    "row 9": 'column "b" is "0x10"; expected a finite float32 number, such as -1.5e3',
  };
  await assert.rejects(openCsv(at("x.csv"), { label: "c" }), {
    name: "BadItemError",
    message: `${at("x.csv")}: row 3: ${reasons["row 3"]}`,
  });
  const good = await openCsv(at("x.csv"), { label: "c", skipBad: true });
  assert.deepEqual(
    [await all(good), good.range],
    [
      [1, 2, 12, 13],
      [1, 13],
    ],
  );
  assert.deepEqual([good.labels, good.classNames], [Uint8Array.of(0, 1), ["u", "w"]]);
  assert.deepEqual(
    good.skipped,
    Object.entries(reasons).map(([item, reason]) => ({ item, reason })),
  );
});

test("a header that holds a number is pointed out in the message about it", async (t) => {
  const at = await putFiles(t, { "x.csv": "id,2020\n1,2\n" });
  await assert.rejects(openCsv(at("x.csv")), {
    message:
      `${at("x.csv")}: row 1: column "1" is "id"; ` +
      "expected a finite float32 number, such as -1.5e3; header=true if row 1 holds names",
  });
});

test("columns that are not there, twice there, or hold no numbers are refused", async (t) => {
  const at = await putFiles(t, { "x.csv": "a,b,b\n1,2,3\n", "words.csv": "a,b\nx,y\n" });
  const refused = (name: string, options: CsvOptions, message: string) =>
    assert.rejects(openCsv(at(name), options), { message: `${at(name)}: ${message}` });
  await refused("x.csv", { label: "c" }, "label is c; expected names among: a, b, b");
  await refused("x.csv", { columns: ["a", "z"] }, "columns is z; expected names among: a, b, b");
  await refused("x.csv", { columns: ["b"] }, "columns is b; expected a name that only one column has");
  await refused(
    "words.csv",
    {},
    "has no number in the first 1 rows; expected at least 1 column of numbers besides the label",
  );
  await refused(
    "x.csv",
    { shape: [2, 2] },
    "shape is 2x2; expected a product of 3, the number of values of an item (3)",
  );
  await refused("x.csv", { delimiter: "||" }, "delimiter is ||; expected one character, or tab");
});

test("files without rows, with broken quotes, or cut off are refused", async (t) => {
  const zipped = gzipSync(`a,b\n${"1,2\n".repeat(1000)}`);
  const at = await putFiles(t, {
    "empty.csv": "",
    "header.csv": "a,b\n",
    "quote.csv": 'a,b\n1,2\n3,"4\n5,6\n',
    "stray.csv": 'a,b\n1,2\n"3"x,4\n',
    "cut.csv.gz": zipped.subarray(0, zipped.length - 9),
    "all.csv": "a,b\n1,2\n,3\n".replace("1,2", "x,2"),
  });
  const refused = (name: string, message: string, options = {}) =>
    assert.rejects(openCsv(at(name), options), { message: `${at(name)}: ${message}` });
  await refused("empty.csv", "no row in it; expected at least 1 item");
  await refused("header.csv", "no item is left; expected at least 1 item");
  const quotes = 'expected cells in "quotes" as a whole, with "" for a quote inside';
  await refused("quote.csv", `row 3: Quoted field unterminated; ${quotes}`);
  await refused("stray.csv", `row 3: Trailing quote on quoted field is malformed; ${quotes}`);
  await refused(
    "cut.csv.gz",
    "cannot be read (unexpected end of file); expected a whole file, plain or in gzip",
  );
  await refused("no.csv", "no such file; expected a .csv file");
  await assert.rejects(openCsv(at("all.csv"), { skipBad: true, columns: ["a"] }), {
    message:
      `${at("all.csv")}: no item is left: all 2 are bad, the first is row 2: column "a" is "x"; ` +
      "expected a finite float32 number, such as -1.5e3; expected at least 1 item",
  });
});

test("values are the same from memory and from the temporary file, over many chunks of text", async (t) => {
  const rows = Array.from({ length: 60_000 }, (_, i) => [i, i / 3, 7 - i]);
  const text = `a,b,c\n${rows.map(([a, b, c]) => `${a},${b}, ${c} `).join("\n")}\n`;
  assert.ok(text.length > 1.5 * 2 ** 20, "more than a chunk");
  const at = await putFiles(t, { "x.csv": text });
  const expected = Float32Array.from(rows.flat());
  for (const memory of [512, 0]) {
    const dataset = await openCsv(at("x.csv"), { memory });
    assert.deepEqual(await dataset.read(0, dataset.length), expected);
    const wanted = [59_999, 0, 30_000, 30_001, 5];
    const values = await dataset.gather?.(Uint32Array.from(wanted));
    assert.deepEqual(values, Float32Array.from(wanted.flatMap((i) => rows[i] ?? [])));
    await dataset.close?.();
  }
});
