// Which items an evaluation is made with.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { openSource, split } from "../../../data/index.ts";
import { parseManifest } from "../../../runtime/index.ts";
import { requirements } from "../../../scripts/setup/requirements.ts";
import { itemBlocks, openSets } from "../../../train/evaluation/sets.ts";
import { idxOfBytes } from "../../helpers/idx-files.ts";
import { png } from "../../helpers/png.ts";
import { skipWithout } from "../../helpers/requirements.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { tinyManifest, writeTinyPackage } from "../../helpers/tiny-autoencoder.ts";

/** A manifest of items of 2×2 bytes, trained with this config. */
async function manifestOf(t: TestContext, config?: object, input: object = {}) {
  const folder = await writeTinyPackage(await temporaryFolder(t), {
    manifest: { training: config ? { config } : {}, input: { ...tinyManifest.input, ...input } },
  });
  const path = join(folder, "latentkit.json");
  return parseManifest(await readFile(path, "utf8"), path);
}

async function tinyImages(t: TestContext, count: number): Promise<string> {
  const path = join(await temporaryFolder(t), "tiny-idx3-ubyte");
  await writeFile(
    path,
    idxOfBytes(
      [count, 2, 2],
      Array.from({ length: 4 * count }, (_, i) => i % 256),
    ),
  );
  return path;
}

test("without a source the items kept for validation are tested, those of the run's own split", async (t) => {
  const data = await tinyImages(t, 40);
  const sets = await openSets({
    manifest: await manifestOf(t, { data, seed: 5, validation: { share: 0.25 } }),
  });
  const expected = split(await openSource(data), { validation: 0.25, seed: 5 });
  assert.deepEqual(await sets.test.read(0, 10), await expected.validation.read(0, 10));
  assert.deepEqual(await sets.train?.read(0, 30), await expected.train.read(0, 30));
  await sets.close();
});

test("sources with a part for tests are tested on it, read as the items trained on", {
  skip: skipWithout(requirements.recordedSpeech.find()),
}, async (t) => {
  const input = { shape: [4, 1], dtype: "float32", range: [-1, 1] };
  const manifest = await manifestOf(t, { data: "speech?window=4&hop=2" }, input);
  const sets = await openSets({ manifest });
  assert.deepEqual([sets.train?.name, sets.test.name], ["speech:train", "speech:test"]);
  assert.equal(sets.test.length, Math.floor((242_214 - 4) / 2) + 1);
  await sets.close();
});

test("a training source of one's own is taken whole", async (t) => {
  const [data, other] = [await tinyImages(t, 40), await tinyImages(t, 30)];
  const manifest = await manifestOf(t, { data, seed: 5, validation: { share: 0.25 } });
  const sets = await openSets({ manifest, train: other, test: data });
  assert.deepEqual([sets.train?.length, sets.test.length], [30, 40]);
  await sets.close();
});

test("items come in blocks, scaled by the model's range and not by that of the file", async (t) => {
  const path = join(await temporaryFolder(t), "few-idx3-ubyte");
  await writeFile(path, idxOfBytes([1, 2, 2], [0, 51, 102, 51]));
  const manifest = await manifestOf(t, undefined);
  const sets = await openSets({ manifest, test: path });
  const blocks = [];
  for await (const block of itemBlocks(sets.test, manifest)) blocks.push(block);
  assert.deepEqual(
    blocks.map(({ start, end }) => [start, end]),
    [[0, 1]],
  );
  assert.deepEqual(
    [...(blocks[0]?.rows ?? [])].map((value) => Math.round(1000 * value)),
    [0, 200, 400, 200],
  );
  await sets.close();
});

test("classes are the same by name, however the folders number them", async (t) => {
  const folder = await temporaryFolder(t);
  const picture = png({ width: 2, height: 2, kind: "gray" }, [0, 9, 9, 0]);
  for (const name of ["train/bee", "train/cat", "test/ant", "test/cat"]) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, "1.png"), picture);
  }
  const source = (part: string) => `${join(folder, part)}?channels=1`;
  const sets = await openSets({
    manifest: await manifestOf(t),
    train: source("train"),
    test: source("test"),
  });
  // The ant is none of the training's two classes; the cat is their second.
  assert.deepEqual([...(sets.testLabels ?? [])], [2, 1]);
  await sets.close();
});

test("nothing to test on and items that the model does not take are refused", async (t) => {
  const data = await tinyImages(t, 4);
  const manifest = await manifestOf(t, { data });
  await assert.rejects(openSets({ manifest }), {
    name: "EvaluationError",
    message:
      `tiny: was trained on all of ${data}; expected a source of other items to test on, ` +
      "or a run with validation.share above 0",
  });
  const fallback = await openSets({ manifest, orTrain: true });
  assert.equal(fallback.test.length, 4);
  await fallback.close();
  await assert.rejects(openSets({ manifest, test: "mnist:test" }), {
    name: "EvaluationError",
    message:
      'mnist:test: holds uint8 items of [28, 28, 1]; expected uint8 items of [2, 2, 1], which model "tiny" takes',
  });
});
