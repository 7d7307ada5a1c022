// `latentkit train`, `evaluate` and `report`, one after the other on the same run.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { runProgram } from "../../../scripts/cli/program.ts";
import { readEvaluation } from "../../../train/index.ts";
import { idxOfBytes } from "../../helpers/idx-files.ts";
import { writeSmallImages } from "../../helpers/small-images.ts";
import { MemoryStream } from "../../helpers/streams.ts";

async function run(...args: string[]) {
  const [stdout, stderr] = [new MemoryStream(), new MemoryStream()];
  const status = await runProgram(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

let folder = "";
let out = "";
let trained: Awaited<ReturnType<typeof run>>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "latentkit-test-"));
  const data = await writeSmallImages(folder, 160);
  await writeFile(
    join(folder, "small-labels-idx1-ubyte"),
    idxOfBytes(
      [160],
      Array.from({ length: 160 }, (_, i) => i % 2),
    ),
  );
  const config = join(folder, "config.json");
  const validation = { share: 0.25 };
  await writeFile(
    config,
    JSON.stringify({ data, model: { hidden: [8], code: 2 }, epochs: 1, batchSize: 40, validation }),
  );
  out = join(folder, "run");
  trained = await run("train", config, "--out", out);
});
after(() => rm(folder, { recursive: true, force: true }));

test("train ends with a report", async () => {
  assert.equal(trained.status, 0, trained.stderr);
  assert.match(trained.stdout, /^report +.*report\.html$/m);
  assert.match(await readFile(join(out, "report.html"), "utf8"), /^<!doctype html>/);
});

test("evaluate prints a table beside PCA, keeps the result in the run, and report shows it", async () => {
  const { status, stdout, stderr } = await run(
    "evaluate",
    out,
    "--metrics",
    "reconstruction,knn",
    "--normal",
    "1",
  );
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^codes of small-images-idx3-ubyte \(validation\)$/m);
  assert.match(stdout, /^small-images-idx3-ubyte \(validation\), 40 items +autoencoder \(2\) +PCA \(2\)$/m);
  assert.match(stdout, /^SSE per item +\d+\.\d{3} +\d+\.\d{3}$/m);
  assert.match(stdout, /^5-NN accuracy +\d+\.\d\d % +\d+\.\d\d %$/m);
  assert.ok(stdout.endsWith(`saved in ${join(out, "evaluation.json")}\n`));
  const kept = await readEvaluation(out);
  assert.equal(kept?.systems.autoencoder.probeAccuracy, null);

  const report = await run("--json", "report", out);
  assert.equal(report.status, 0, report.stderr);
  assert.ok(JSON.parse(report.stdout).sections.includes("evaluation"));
  const sse = kept?.systems.autoencoder.sse?.toFixed(3) ?? "nothing";
  assert.ok((await readFile(join(out, "report.html"), "utf8")).includes(`<td>${sse}</td>`));
});

test("--json gives the numbers and its events; a package alone keeps nothing", async () => {
  const { status, stdout, stderr } = await run(
    "--json",
    "evaluate",
    join(out, "package"),
    "--metrics",
    "reconstruction",
  );
  assert.equal(status, 0, stderr);
  const result = JSON.parse(stdout);
  assert.ok(result.systems.autoencoder.sse > 0);
  assert.equal(result.file, null);
  const events = stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.ok(events.every(({ stage, share }) => typeof stage === "string" && share >= 0 && share <= 1));
});

test("what can't be done is said in a line that names it", async () => {
  const empty = join(folder, "empty");
  await mkdir(empty);
  for (const [args, status, message] of [
    [
      ["evaluate", empty],
      1,
      /: is no package and no run that has one; expected a folder with latentkit\.json$/,
    ],
    [
      ["evaluate", out, "--metrics", "speed"],
      2,
      /^latentkit: option --metrics: expected one of reconstruction, knn/,
    ],
    [
      ["evaluate", out, "mnist:test"],
      1,
      /mnist:test: holds uint8 items of \[28, 28, 1\]; expected uint8 items of \[8, 8, 1\]/,
    ],
    [["report", join(folder, "nowhere")], 1, /nowhere: is no folder; expected that of a finished run$/],
    [["report", empty], 1, /config\.json: can't be read .*; expected the folder of a run$/],
  ] as const) {
    const found = await run(...args);
    assert.equal(found.status, status, args.join(" "));
    assert.match(found.stderr.trimEnd(), message);
    assert.equal(found.stderr.trimEnd().split("\n").length, 1, found.stderr);
  }
});
