// `latentkit neighbours`: what it prints for an image and for an id.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { exportFeatures } from "../../../export/index.ts";
import { runProgram } from "../../../scripts/cli/program.ts";
import { png } from "../../helpers/png.ts";
import { MemoryStream } from "../../helpers/streams.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { tinyPixels, writeTinyImages } from "../../helpers/tiny-images.ts";

async function run(...args: string[]) {
  const [stdout, stderr] = [new MemoryStream(), new MemoryStream()];
  const status = await runProgram(args, { stdout, stderr });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

test("it prints rank, id, label and distance, for an image and for a row", async (t) => {
  const folder = await temporaryFolder(t);
  const [out, image] = [join(folder, "features"), join(folder, "image.png")];
  await writeTinyPackage(join(folder, "run", "package"));
  await exportFeatures(join(folder, "run", "package"), await writeTinyImages(folder, 60), {
    out,
    device: "cpu",
  });
  await writeFile(image, png({ width: 2, height: 2, kind: "gray" }, tinyPixels(17)));
  const shown = await run("neighbours", out, image, "--k", "3");
  assert.equal(shown.status, 0, shown.stderr);
  assert.match(shown.stdout, /^rank +id +label +1 − cosine\n +1 +17 +2 +0\.000\n +2 +\d+ /);
  const args = [out, "17", "--k", "2", "--metric", "euclidean", "--search", "approximate"];
  const json = await run("--json", "neighbours", ...args);
  const { neighbours, ...others } = JSON.parse(json.stdout);
  assert.deepEqual(others, {
    features: out,
    item: "17",
    metric: "euclidean",
    search: "approximate",
    reason: "asked for",
  });
  assert.deepEqual(
    neighbours.map(({ rank }: { rank: number }) => rank),
    [1, 2],
  );

  const picture = join(folder, "near.png");
  const drawn = await run("neighbours", out, "17", "--k", "2", "--png", picture);
  assert.equal(drawn.status, 0, drawn.stderr);
  assert.deepEqual(await readFile(picture).then((bytes) => bytes.subarray(1, 4).toString()), "PNG");

  const given = await run("neighbours", out, image, "--package", join(folder, "run"), "--k", "1");
  assert.equal(given.status, 0, given.stderr);
  const none = await run("neighbours", out, image, "--package", out);
  assert.equal(none.status, 1);
  assert.match(
    none.stderr,
    /features: is no package and no run that has one; expected a folder with latentkit.json/,
  );
  const absent = await run("neighbours", out, "nothing.png");
  assert.equal(absent.status, 1);
  assert.match(absent.stderr, /no row has the id "nothing.png"; ids are such as "0"/);
});
