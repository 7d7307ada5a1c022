// `latentkit probe`: what it prints and keeps.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { exportFeatures } from "../../../export/index.ts";
import { runProgram } from "../../../scripts/cli/program.ts";
import { MemoryStream } from "../../helpers/streams.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { writeTinyImages } from "../../helpers/tiny-images.ts";

async function run(...args: string[]) {
  const [stdout, stderr] = [new MemoryStream(), new MemoryStream()];
  const status = await runProgram(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

test("it prints the accuracies beside a constant answer's, and keeps them as JSON", async (t) => {
  const folder = await temporaryFolder(t);
  const out = join(folder, "features");
  await writeTinyPackage(join(folder, "package"));
  await exportFeatures(join(folder, "package"), await writeTinyImages(folder, 60), { out, device: "cpu" });
  const { status, stdout, stderr } = await run("probe", out, "--share", "0.5");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^30 rows, 3 classes +accuracy$/m);
  for (const row of [
    "logistic regression on 2 numbers, C = 1",
    "5 nearest neighbours",
    "the most frequent class",
  ]) {
    assert.match(stdout, new RegExp(`^${row} +\\d+\\.\\d\\d %$`, "m"));
  }
  const kept = JSON.parse(await readFile(join(out, "probe.json"), "utf8"));
  assert.deepEqual([kept.rows, kept.classes], [{ train: 30, test: 30 }, ["0", "1", "2"]]);
  const json = await run("--json", "probe", out, "--share", "0.5", "--out", join(folder, "other.json"));
  assert.deepEqual(JSON.parse(json.stdout), { ...kept, file: join(folder, "other.json") });
  const chosen = await run("--json", "probe", out, "--share", "0.5", "--c", "auto", "--scale", "all");
  const { settings } = JSON.parse(chosen.stdout);
  assert.ok(settings.c >= 0.001 && settings.c <= 3, `C ${settings.c}`);
  assert.equal(settings.scale, "all");
});

test("a folder that is no table, and a share that is none, are named", async (t) => {
  const folder = await temporaryFolder(t);
  const none = await run("probe", folder);
  assert.equal(none.status, 1);
  assert.ok(none.stderr.includes(folder), none.stderr);
  const share = await run("probe", folder, "--share", "2");
  assert.equal(share.status, 2);
  assert.match(share.stderr, /--share/);
  const strength = await run("probe", folder, "--c", "best");
  assert.equal(strength.status, 2);
  assert.match(strength.stderr, /--c/);
});
