// Classes read from feature tables.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { exportFeatures } from "../../../export/index.ts";
import { probeFeatures } from "../../../train/index.ts";
import { fileScope } from "../../helpers/file-scope.ts";
import { idxOfBytes } from "../../helpers/idx-files.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";
import { tinyCode, tinyPixels } from "../../helpers/tiny-images.ts";

const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);
/** Above or below the diagonal of the two numbers of a code. */
const side = (i: number) => (tinyCode(i)[0] > tinyCode(i)[1] ? 1 : 0);

let folder = "";

/** A table of these images. */
async function table(name: string, numbers: number[], labels?: (i: number) => number): Promise<string> {
  const at = join(folder, name);
  await mkdir(at);
  const images = join(at, "a-images-idx3-ubyte");
  await writeFile(images, idxOfBytes([numbers.length, 2, 2], numbers.flatMap(tinyPixels)));
  if (labels)
    await writeFile(join(at, "a-labels-idx1-ubyte"), idxOfBytes([numbers.length], numbers.map(labels)));
  const out = join(at, "features");
  await exportFeatures(join(folder, "package"), images, { out, device: "cpu", shardSize: 70 });
  return out;
}

before(async () => {
  folder = await temporaryFolder(fileScope);
  await writeTinyPackage(join(folder, "package"));
});

test("k-NN is that of all distances, and a line that parts the classes is found", async () => {
  const [train, held] = [range(0, 180), range(180, 250)];
  const scores = await probeFeatures(await table("train", train, side), {
    ...{ test: await table("held", held, side), neighbours: 3, c: 1000 },
  });
  const distance = (a: number, b: number) =>
    Math.hypot(...tinyCode(a).map((value, axis) => value - (tinyCode(b)[axis] as number)));
  const votes = held.map((i) => {
    const [first, second, third, next] = train.toSorted((a, b) => distance(a, i) - distance(b, i)) as [
      ...[number, number, number, number],
    ];
    const ones = [first, second, third].filter((near) => side(near) === 1).length;
    // As near as one that votes: which of the two does is a matter of rounding.
    const isOpen = distance(next, i) - distance(third, i) < 1e-6 && side(next) !== side(third);
    return { isRight: (ones >= 2 ? 1 : 0) === side(i), isOpen };
  });
  const sure = votes.filter(({ isRight, isOpen }) => isRight && !isOpen).length;
  const open = votes.filter(({ isOpen }) => isOpen).length;
  const right = Math.round(scores.knnAccuracy * held.length);
  assert.ok(right >= sure && right <= sure + open, `${right} right; expected ${sure} to ${sure + open}`);
  assert.ok(open <= 5 && sure < held.length, "the case tells nothing");
  assert.ok(scores.probeAccuracy > 0.97, `probe ${scores.probeAccuracy}`);
  assert.deepEqual([scores.rows, scores.codeSize], [{ train: 180, test: 70 }, 2]);
  const ones = held.filter((i) => side(i) === 1).length;
  assert.equal(scores.majority, Math.max(ones, 70 - ones) / 70);
});

test("without a second table a part of the first is held out, the same for the same seed", async () => {
  const features = await table("one", range(0, 200), side);
  const one = await probeFeatures(features, { share: 0.25 });
  assert.deepEqual(one.rows, { train: 150, test: 50 });
  assert.deepEqual(await probeFeatures(features, { share: 0.25 }), one);
  assert.notEqual((await probeFeatures(features, { share: 0.25, seed: 2 })).majority, one.majority);
});

test("tables that tell nothing of classes are refused", async () => {
  const unlabelled = await table("unlabelled", range(0, 40));
  await assert.rejects(probeFeatures(unlabelled), {
    name: "EvaluationError",
    message: `${unlabelled}: has no column of labels; expected one, of a source with classes and without --no-label`,
  });
  const alike = await table("alike", range(0, 40), () => 3);
  await assert.rejects(probeFeatures(alike), {
    name: "EvaluationError",
    message: `${alike}: all rows are of one class; expected at least 2 to tell apart`,
  });
  await assert.rejects(probeFeatures(alike, { share: 1 }), {
    name: "EvaluationError",
    message: "share is 1; expected a number above 0 and below 1",
  });
  await assert.rejects(probeFeatures(join(folder, "package")), { name: "FeatureSetError" });
});
