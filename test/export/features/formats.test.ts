// Tables of every format, read by programs that did not write them: NumPy, DuckDB, Flechette; and read back.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { tableFromIPC } from "@uwdata/flechette";
import { planColumns } from "../../../export/features/columns.ts";
import { formats as registry } from "../../../export/features/formats/registry.ts";
import { exportFeatures, type FeatureOptions, readFeatures } from "../../../export/index.ts";
import { duckdb } from "../../helpers/duckdb.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { numpy, python } from "../../helpers/numpy.ts";
import { skipWithout } from "../../helpers/requirements.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { tinyCode, tinyError, tinyLabel, writeTinyImages } from "../../helpers/tiny-images.ts";

/** More than a batch and a shard; not a multiple of either. */
const COUNT = 300;
const SHARD = 128;
const numbers = Array.from({ length: COUNT }, (_, i) => i);
const formats = ["parquet", "npy", "arrow", "csv", "jsonl"] as const;
const codeTypes = ["float32", "float16", "int8"] as const;

let folder = "";
let images = "";
let model = "";

before(async () => {
  folder = await temporaryFolder(fileScope);
  images = await writeTinyImages(folder, COUNT);
  model = await writeTinyPackage(join(folder, "package"));
});

const sets = new Map<string, Promise<string>>();

/** The folder of a set in these options, each made once. */
function write(options: Omit<FeatureOptions, "out"> = {}): Promise<string> {
  const { format = "parquet", codes = "float32", compression = "default" } = options;
  const name = `${format}-${codes}-${compression}`;
  const made = sets.get(name) ?? make(join(folder, name), options);
  sets.set(name, made);
  return made;
}

async function make(out: string, options: Omit<FeatureOptions, "out">): Promise<string> {
  const sizes = { shardSize: SHARD, batchSize: 50 };
  await exportFeatures(model, images, { ...options, ...sizes, out, device: "cpu", error: true });
  return out;
}

/** How far a code of this type may be from the exact one. */
const tolerance = { float32: 1e-6, float16: 2 ** -11, int8: 0.6 / 127 } as const;

function assertNear(
  found: readonly number[],
  expected: readonly number[],
  within: number,
  what: string,
): void {
  assert.equal(found.length, expected.length, what);
  found.forEach((value, i) => {
    assert.ok(
      Math.abs(value - (expected[i] as number)) <= within,
      `${what}: ${value} instead of ${expected[i]}`,
    );
  });
}

for (const format of formats) {
  for (const codes of codeTypes) {
    test(`${format} with ${codes} codes is read back: ids, labels, errors and codes`, async () => {
      const out = await write({ format, codes });
      let row = 0;
      for await (const features of readFeatures(out)) {
        for (let i = 0; i < features.ids.length; i++, row++) {
          assert.equal(features.ids[i], String(row));
          assert.equal(features.labels?.[i], tinyLabel(row));
          assertNear([features.errors?.[i] as number], [tinyError(row)], 1e-6, `error ${row}`);
          assertNear(
            [...features.codes.subarray(2 * i, 2 * i + 2)],
            tinyCode(row),
            tolerance[codes],
            `code ${row}`,
          );
        }
      }
      assert.equal(row, COUNT);
    });
  }
}

for (const format of formats) {
  test(`${format} keeps no typed array that it was given: it may be changed at once`, async (t) => {
    const { open, read, suffixes } = registry[format];
    const paths = suffixes.map((suffix) => join(folder, `changed${suffix}`));
    const columns = planColumns({
      codeSize: 3,
      codeType: "float32",
      label: undefined,
      error: true,
      kept: [],
    });
    const writer = await open(paths, columns, registry[format].compressions[0] ?? "none");
    t.after(() => writer.close());
    const codes = new Float32Array(6);
    const errors = new Float32Array(2);
    for (let batch = 0; batch < 4; batch++) {
      codes.forEach((_, i) => {
        codes[i] = 10 * batch + i;
      });
      errors.fill(batch);
      await writer.add({ count: 2, values: [[`${batch}a`, `${batch}b`], errors, codes] });
      codes.fill(-1);
      errors.fill(-1);
    }
    await writer.finish();
    const found: number[] = [];
    const foundErrors: number[] = [];
    for await (const { values } of read(paths, columns)) {
      foundErrors.push(...(values[1] as number[]));
      found.push(...(values[2] as Float32Array));
    }
    assert.deepEqual(
      found,
      [0, 10, 20, 30].flatMap((first) => [0, 1, 2, 3, 4, 5].map((i) => first + i)),
    );
    assert.deepEqual(foundErrors, [0, 0, 1, 1, 2, 2, 3, 3]);
  });
}

for (const codes of codeTypes) {
  test(`DuckDB reads Parquet with ${codes} codes`, async () => {
    const out = await write({ codes });
    const rows = await duckdb(`select * from '${out}/*.parquet' order by id::int`);
    const [{ type }] = (await duckdb(
      `select typeof(code) as type from '${out}/part-00000.parquet' limit 1`,
    )) as [{ type: string }];
    assert.equal(type, codes === "int8" ? "TINYINT[]" : "FLOAT[]");
    assert.deepEqual(
      rows.map(({ id, label }) => [id, label]),
      numbers.map((i) => [String(i), tinyLabel(i)]),
    );
    rows.forEach(({ code, error, scale }, i) => {
      const values = (code as number[]).map((value) => value * (codes === "int8" ? Number(scale) : 1));
      assertNear(values, tinyCode(i), tolerance[codes], `code ${i}`);
      assertNear([Number(error)], [tinyError(i)], 1e-6, `error ${i}`);
    });
  });

  test(`NumPy reads .npy with ${codes} codes, row by row as in the JSON lines beside it`, {
    skip: skipWithout(python),
  }, async () => {
    const out = await write({ format: "npy", codes });
    const [dtype, shape, found] = numpy(
      `parts = [np.load(p) for p in args]\nwhole = np.concatenate(parts)\n` +
        `print(json.dumps([str(whole.dtype), [list(p.shape) for p in parts], whole.astype(float).tolist()]))`,
      ...[0, 1, 2].map((part) => join(out, `part-0000${part}.npy`)),
    ) as [string, number[][], number[][]];
    assert.equal(dtype, codes);
    assert.deepEqual(shape, [
      [128, 2],
      [128, 2],
      [44, 2],
    ]);
    const lines = (await readFile(join(out, "part-00001.rows.jsonl"), "utf8")).trim().split("\n");
    const rows = lines.map((line) => JSON.parse(line) as { id: string; label: number; scale?: number });
    assert.equal(rows.length, SHARD);
    rows.forEach(({ id, label, scale = 1 }, i) => {
      assert.deepEqual([id, label], [String(SHARD + i), tinyLabel(SHARD + i)]);
      const code = (found[SHARD + i] as number[]).map((value) => value * scale);
      assertNear(code, tinyCode(SHARD + i), tolerance[codes], `code ${id}`);
    });
  });

  test(`Flechette reads Arrow with ${codes} codes`, async () => {
    const out = await write({ format: "arrow", codes });
    const table = tableFromIPC(await readFile(join(out, "part-00002.arrow")));
    assert.equal(table.numRows, COUNT - 2 * SHARD);
    const rows = table.toArray() as { id: string; label: number; scale?: number; code: ArrayLike<number> }[];
    rows.forEach(({ id, label, scale = 1, code }, i) => {
      const number = 2 * SHARD + i;
      assert.deepEqual([id, label], [String(number), tinyLabel(number)]);
      assertNear(
        Array.from(code, (value) => value * scale),
        tinyCode(number),
        tolerance[codes],
        `code ${id}`,
      );
    });
  });
}

test("DuckDB reads CSV and JSON lines", async () => {
  const csv = await write({ format: "csv" });
  const rows = await duckdb(`select * from '${csv}/*.csv' order by id::int`);
  assert.deepEqual(Object.keys(rows[0] ?? {}), ["id", "label", "error", "code_0", "code_1"]);
  rows.forEach(({ code_0, code_1 }, i) => {
    assertNear([Number(code_0), Number(code_1)], tinyCode(i), 1e-6, `code ${i}`);
  });
  const jsonl = await write({ format: "jsonl" });
  const lines = await duckdb(`select * from '${jsonl}/part-*.jsonl' order by id::int`);
  assert.equal(lines.length, COUNT);
  lines.forEach(({ label, code }, i) => {
    assert.equal(Number(label), tinyLabel(i));
    assertNear((code as number[]).map(Number), tinyCode(i), 1e-6, `code ${i}`);
  });
});

test("texts hold as many digits as bring back the same float32", async () => {
  const [csv, parquet] = [await write({ format: "csv" }), await write()];
  const all = async (out: string) => {
    const codes: number[] = [];
    for await (const features of readFeatures(out)) codes.push(...features.codes);
    return codes;
  };
  assert.deepEqual(await all(csv), await all(parquet));
});

test("DuckDB reads Parquet without compression", async () => {
  const out = await write({ compression: "none" });
  const [found] = await duckdb(`select count(*) as n, sum(code[1]) as total from '${out}/*.parquet'`);
  assert.equal(Number(found?.n), COUNT);
  const expected = numbers.reduce((sum, i) => sum + tinyCode(i)[0], 0);
  assertNear([Number(found?.total)], [expected], 1e-3, "total");
});
