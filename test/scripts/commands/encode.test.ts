// `latentkit encode`: from a source to tables, what it prints, and how it ends.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { openFeatures } from "../../../export/index.ts";
import { runProgram } from "../../../scripts/cli/program.ts";
import { duckdb } from "../../helpers/duckdb.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { runAndInterrupt } from "../../helpers/run-program.ts";
import { MemoryStream } from "../../helpers/streams.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { slowEncoder, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../helpers/tiny-images.ts";

async function run(...args: string[]) {
  const [stdout, stderr] = [new MemoryStream(), new MemoryStream()];
  const status = await runProgram(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

let folder = "";
let images = "";
let model = "";

before(async () => {
  folder = await temporaryFolder(fileScope);
  images = await writeTinyImages(folder, 50);
  // A run folder, which holds the package.
  await writeTinyPackage(join(folder, "run", "package"));
  model = join(folder, "run");
});

test("it writes the tables and says how many rows, how fast and what limits; again it has nothing to do", async () => {
  const out = join(folder, "out");
  const args = ["encode", model, images, "--out", out, "--shard-size", "20", "--device", "cpu", "--error"];
  const { status, stdout, stderr } = await run(...args);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^rows +50$/m);
  assert.match(stdout, /^shards +3$/m);
  assert.match(
    stderr,
    /^50 of 50 \(100%\) {2}[\d,–]+ items\/s {2}\S+( s)? left {2}limited by (decoding|encoding|writing)$/m,
  );
  const [found] = await duckdb(`select count(*) as n, count(error) as e from '${out}/*.parquet'`);
  assert.deepEqual([Number(found?.n), Number(found?.e)], [50, 50]);
  const again = await run(...args);
  assert.equal(again.status, 0);
  assert.match(again.stdout, /^shards +3, 3 of them from before$/m);
});

test("--json gives the result on standard output and events on standard error", async () => {
  const out = join(folder, "json");
  const { status, stdout, stderr } = await run(
    ...[
      "--json",
      "encode",
      model,
      images,
      "--out",
      out,
      "--format",
      "npy",
      "--codes",
      "float16",
      "--device",
      "cpu",
    ],
  );
  assert.equal(status, 0, stderr);
  const result = JSON.parse(stdout);
  assert.deepEqual([result.rows, result.bad, result.shards, result.kept], [50, 0, 1, 0]);
  const types = stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).type);
  assert.deepEqual([...new Set(types)].sort(), ["plan", "progress", "shard"]);
  const { info } = await openFeatures(out);
  assert.deepEqual([info.format, info.columns.at(-1)?.type], ["npy", "float16"]);
});

test("what is wrong is one line: usage ends with 2, everything else with 1", async () => {
  const out = join(folder, "wrong");
  const wrong = async (status: number, message: string | RegExp, ...args: string[]) => {
    const ended = await run("encode", ...args);
    assert.equal(ended.status, status, ended.stderr);
    assert.match(
      ended.stderr,
      typeof message === "string" ? new RegExp(`^latentkit: ${message}$`, "m") : message,
    );
  };
  await wrong(
    2,
    'option --format: expected one of parquet, npy, arrow, csv, jsonl, got "xls"',
    model,
    images,
    "--out",
    out,
    "--format",
    "xls",
  );
  await wrong(2, /required option '--out <folder>' not specified/, model, images);
  await wrong(
    1,
    `${folder}: is no package and no run that has one; expected a folder with latentkit.json`,
    folder,
    images,
    "--out",
    out,
  );
  await wrong(
    1,
    /^latentkit: .*: option is keep; expected none of that name here/m,
    model,
    images,
    "--out",
    out,
    "--keep",
    "a",
  );
  await wrong(
    1,
    /holds another set of features: columns id text, .*/,
    model,
    images,
    "--out",
    join(folder, "out"),
    "--shard-size",
    "20",
  );
  assert.equal((await readdir(folder)).includes("wrong"), false);
});

test("Ctrl-C ends it with 130; what is whole is kept", async () => {
  const slow = await writeTinyPackage(join(folder, "slow"), { encoder: slowEncoder(1) });
  const out = join(folder, "interrupted");
  const args = ["--shard-size", "4", "--batch-size", "2", "--device", "cpu"];
  const { status, stderr } = await runAndInterrupt(
    ["--json", "encode", slow, images, "--out", out, ...args],
    /"type":"shard"/,
  );
  assert.equal(status, 130, stderr);
  const names = await readdir(out);
  assert.ok(names.includes("part-00000.json") && !names.includes("features.json"), names.join());
  assert.deepEqual(
    names.filter((name) => name.startsWith(".")),
    [],
  );
});
