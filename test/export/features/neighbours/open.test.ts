// Neighbours in a table: against DuckDB, by an index that is kept, of an image, and what is refused.
import assert from "node:assert/strict";
import { readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { encodeImageFor, type Neighbour, openFeatures, openNeighbours } from "../../../../export/index.ts";
import { duckdb } from "../../../helpers/duckdb.ts";
import { runExport } from "../../../helpers/feature-exports.ts";
import { fileScope } from "../../../helpers/file-scope.ts";
import { png } from "../../../helpers/png.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";
import { tinyEncoder, writeTinyPackage } from "../../../helpers/tiny-autoencoder.ts";
import { tinyCode, tinyPixels, writeTinyImages } from "../../../helpers/tiny-images.ts";

const COUNT = 300;

let folder = "";
let model = "";
let features = "";

before(async () => {
  folder = await temporaryFolder(fileScope);
  model = await writeTinyPackage(join(folder, "package"));
  features = join(folder, "features");
  await runExport(model, await writeTinyImages(folder, COUNT), features, { shardSize: 70 }).done;
});

const QUERY = Float32Array.of(0.31, 0.62);

/** Distances may be told in other digits than DuckDB's, and of equal ones either may come first. */
function assertAlike(found: readonly Neighbour[], expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  found.forEach(({ rank, distance }, i) => {
    assert.equal(rank, i + 1);
    assert.ok(
      Math.abs(distance - (expected[i] as number)) < 1e-6,
      `rank ${rank}: ${distance}, not ${expected[i]}`,
    );
  });
}

for (const [metric, name] of [
  ["cosine", "array_cosine_distance"],
  ["euclidean", "array_distance"],
] as const) {
  test(`the nearest by ${metric} are those that DuckDB finds, exactly and by an index`, async () => {
    const distance = `${name}(code::FLOAT[2], [0.31, 0.62]::FLOAT[2])`;
    const rows = await duckdb(`select ${distance} as d from '${features}/*.parquet' order by d limit 7`);
    const expected = rows.map(({ d }) => Number(d));
    for (const search of ["exact", "approximate"] as const) {
      const neighbours = await openNeighbours(features, { metric, search });
      const found = await neighbours.nearest(QUERY, 7);
      assertAlike(found, expected);
      for (const { row, id, label } of found) assert.deepEqual([id, label], [String(row), row % 3]);
    }
  });
}

test("a row's neighbours are found by its id, without itself", async () => {
  const neighbours = await openNeighbours(features, { metric: "euclidean" });
  assert.deepEqual([neighbours.search, neighbours.reason], ["exact", "300 rows are fewer than 200000"]);
  const found = await neighbours.nearestTo("123", COUNT);
  assert.equal(found.length, COUNT - 1);
  assert.equal(
    found.some(({ id }) => id === "123"),
    false,
  );
  const [x, y] = tinyCode(123);
  assertAlike(
    found.slice(0, 3),
    Array.from({ length: COUNT }, (_, i) => tinyCode(i))
      .filter((_, i) => i !== 123)
      .map(([a, b]) => Math.hypot(a - x, b - y))
      .sort((a, b) => a - b)
      .slice(0, 3),
  );
  await assert.rejects(neighbours.nearestTo("x"), {
    name: "FeatureSetError",
    message: /: no row has the id "x"; ids are such as "0"$/,
  });
});

test("an index is kept beside the table, taken again while it is whole, else made anew", async () => {
  const made = async (cache?: string) => {
    let rows = 0;
    const options = {
      metric: "cosine",
      search: "approximate",
      onProgress: (done: number) => (rows = done),
    } as const;
    const neighbours = await openNeighbours(features, { ...options, ...(cache !== undefined && { cache }) });
    const found = await neighbours.nearest(QUERY, 5);
    return { rows, distances: found.map(({ distance }) => distance) };
  };
  const cache = join(folder, "cache");
  const first = await made(cache);
  const second = await made(cache);
  assert.deepEqual([first.rows, second.rows], [COUNT, 0]);
  assert.deepEqual(second.distances, first.distances);
  // usearch itself would end the process over such a file.
  const path = join(cache, "neighbours-cosine.usearch");
  await truncate(path, 1000);
  assert.deepEqual(await made(cache), first);
  await writeFile(join(cache, "neighbours-cosine.json"), "{");
  assert.deepEqual(await made(cache), first);
  const record = JSON.parse(await readFile(join(cache, "neighbours-cosine.json"), "utf8"));
  assert.equal(record.bytes, (await stat(path)).size);
  // Another table's index is not taken for this one's.
  await writeFile(
    join(cache, "neighbours-cosine.json"),
    JSON.stringify({ ...record, made: "something else" }),
  );
  assert.equal((await made(cache)).rows, COUNT);
});

test("an image is encoded as the table's were, by the package where it lay or is said to lie", async () => {
  const image = join(folder, "image.png");
  await writeFile(image, png({ width: 2, height: 2, kind: "gray" }, tinyPixels(42)));
  const { info } = await openFeatures(features);
  for (const options of [{}, { package: model }]) {
    const code = await encodeImageFor(info, image, options);
    assert.deepEqual([...code], [...Float32Array.from(tinyCode(42))]);
  }
  const [first] = await (await openNeighbours(features)).nearest(await encodeImageFor(info, image));
  assert.deepEqual([first?.id, first?.distance], ["42", 0]);
});

test("another package, none, and questions that make no sense are refused by name and value", async () => {
  const { info } = await openFeatures(features);
  const other = await writeTinyPackage(join(folder, "other"), {
    encoder: {
      ...tinyEncoder,
      constants: { ...tinyEncoder.constants, 255: { data: Float32Array.of(127.5), shape: [] } },
    },
    manifest: { name: "other" },
  });
  const refused = (message: string | RegExp, work: () => Promise<unknown>) =>
    assert.rejects(work, { name: "FeatureOptionError", message });
  await refused(
    /^package is ".*other"; expected the one that the table was made with: "tiny" \(fp32, sha256 \w{12}…\); it is "other" \(sha256 \w{12}…\)$/,
    () => encodeImageFor(info, "image.png", { package: other }),
  );
  await refused(/^package is ".*"; expected the folder of package "tiny"; there is none in it$/, () =>
    encodeImageFor(info, "image.png", { package: features }),
  );
  const { folder: _, ...unknown } = info.package;
  await refused("package is undefined; expected the folder of the package that the table was made with", () =>
    encodeImageFor({ ...info, package: unknown }, "image.png"),
  );
  const search = "fast" as "exact";
  await refused('search is "fast"; expected auto or exact or approximate', () =>
    openNeighbours(features, { search }),
  );
  const neighbours = await openNeighbours(features);
  await refused('code is "3 numbers"; expected 2, as the table has', () =>
    neighbours.nearest(Float32Array.of(1, 2, 3)),
  );
  await refused("count is 0; expected a whole number, at least 1", () => neighbours.nearest(QUERY, 0));
});
