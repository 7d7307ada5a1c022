// README's examples of what to do with feature tables: each block is run as it stands there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { openNeighbours } from "../../export/index.ts";
import { requirements } from "../../scripts/setup/requirements.ts";
import { duckdb } from "../helpers/duckdb.ts";
import { runExport } from "../helpers/feature-exports.ts";
import { fileScope } from "../helpers/file-scope.ts";
import { python } from "../helpers/numpy.ts";
import { readRepositoryFile } from "../helpers/repository.ts";
import { skipWithout } from "../helpers/requirements.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../helpers/tiny-autoencoder.ts";
import { tinyCode, tinyLabel, writeTinyImages } from "../helpers/tiny-images.ts";

const COUNT = 100;

let folder = "";

before(async () => {
  folder = await temporaryFolder(fileScope);
  const model = await writeTinyPackage(join(folder, "package"));
  const images = await writeTinyImages(folder, COUNT);
  for (const [name, format] of [
    ["features", "parquet"],
    ["features-npy", "npy"],
    ["features-jsonl", "jsonl"],
  ] as const)
    await runExport(model, images, join(folder, name), { format }).done;
});

/** The block of README's code that has these words. */
function blockWith(language: string, words: string): string {
  const blocks = [...readRepositoryFile("README.md").matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  const found = blocks.filter(([, of, text]) => of === language && text?.includes(words));
  assert.equal(found.length, 1, `${language} with ${words}`);
  return found[0]?.[2] ?? "";
}

/** In the folder of the tables; what the last line prints. */
function runPython(script: string): unknown {
  if (!python.available) throw new Error(python.reason);
  return JSON.parse(execFileSync(python.python, ["-c", script], { cwd: folder, encoding: "utf8" }));
}

/** A statement of README, for tables in the folder of this test and codes of two numbers. */
function runSql(statement: string) {
  return duckdb(statement.replaceAll("float[30]", "float[2]").replace(/'(?=features|items)/g, `'${folder}/`));
}

test("NumPy has all codes, and beside them their rows", { skip: skipWithout(python) }, () => {
  const end = "print(json.dumps([list(codes.shape), str(codes.dtype), codes[57].tolist(), rows[57]]))";
  assert.deepEqual(runPython(`${blockWith("python", "import numpy")}\n${end}`), [
    [COUNT, 2],
    "float32",
    [...Float32Array.from(tinyCode(57))],
    { id: "57", label: tinyLabel(57) },
  ]);
});

test("pandas has all rows", { skip: skipWithout(requirements.pandas.find()) }, () => {
  const end =
    "import json; row = table.iloc[57]; print(json.dumps([list(table.shape), row.id, int(row.label), row.code]))";
  const [shape, id, label, code] = runPython(`${blockWith("python", "import pandas")}\n${end}`) as unknown[];
  assert.deepEqual([shape, id, label], [[COUNT, 3], "57", tinyLabel(57)]);
  assert.deepEqual(Float32Array.from(code as number[]), Float32Array.from(tinyCode(57)));
});

test("DuckDB finds the neighbours that latentkit finds", async () => {
  const rows = await runSql(blockWith("sql", "array_cosine_distance"));
  const neighbours = await openNeighbours(join(folder, "features"));
  const found = await neighbours.nearestTo("17", 10);
  assert.equal(rows.length, 10);
  rows.forEach(({ distance }, i) => {
    assert.ok(Math.abs(Number(distance) - (found[i]?.distance ?? Number.NaN)) < 1e-6, `rank ${i + 1}`);
  });
});

test("what DuckDB writes for pgvector is CSV with codes in its notation, [1.5,2]", async () => {
  await runSql(blockWith("sql", "copy (select"));
  const [names, ...lines] = (await readFile(join(folder, "items.csv"), "utf8")).trim().split(/\r?\n/);
  assert.deepEqual([names, lines.length], ["id,label,code", COUNT]);
  const [, code = ""] = /^57,0,"(\[[^ ]+\])"$/.exec(lines[57] ?? "") ?? [];
  assert.deepEqual(Float32Array.from(JSON.parse(code)), Float32Array.from(tinyCode(57)));
});
