// Reports of real runs, opened in Chromium from disk.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { evaluate, readEvaluation, train, writeEvaluation, writeReport } from "../../../train/index.ts";
import { openRun } from "../../../train/report/run.ts";
import { launchChromium, skipWithoutChromium } from "../../helpers/chromium.ts";
import { idxOfBytes } from "../../helpers/idx-files.ts";
import { random } from "../../helpers/kernels.ts";
import { writeSmallImages } from "../../helpers/small-images.ts";
import { wavBytes } from "../../helpers/wav-files.ts";

const ITEMS = 120;
let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "latentkit-test-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Trains once for all tests: pictures with labels, corrupted, a code of two numbers; with an evaluation. */
let pictures: Promise<string> | undefined;
function pictureRun(): Promise<string> {
  pictures ??= (async () => {
    const data = await writeSmallImages(folder, ITEMS);
    const labels = Array.from({ length: ITEMS }, (_, i) => i % 2);
    await writeFile(join(folder, "small-labels-idx1-ubyte"), idxOfBytes([ITEMS], labels));
    const run = join(folder, "pictures");
    await train(
      {
        ...{ name: "small-pictures", data, epochs: 3, batchSize: 20, validation: { share: 0.25 } },
        model: { hidden: [12], code: 2 },
        corruption: { kind: "masking", strength: 0.3 },
      },
      { folder: run },
    );
    const metrics = ["reconstruction", "knn"] as const;
    await writeEvaluation(run, await evaluate(join(run, "package"), { metrics }));
    return run;
  })();
  return pictures;
}

/** Opens a file from disk; what the page asks for, and what it complains of, is kept. */
async function open(t: TestContext, path: string) {
  const context = await (await launchChromium()).newContext({ offline: true });
  t.after(() => context.close());
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(pathToFileURL(path).href);
  const count = (selector: string) => page.locator(selector).count();
  const outside = () => requests.filter((url) => !url.startsWith("data:") && !url.startsWith("file:"));
  return { page, count, complaints, outside };
}

test("a report shows all there is, drawn, without network, scripts or complaints", {
  skip: skipWithoutChromium(),
}, async (t) => {
  const run = await pictureRun();
  const { path, sections, bytes } = await writeReport(run);
  const expected = [
    "overview",
    "evaluation",
    "curves",
    "examples",
    "map",
    "grid",
    "codes",
    "filters",
    "config",
  ];
  assert.deepEqual(sections, expected);
  assert.ok(bytes < 2 ** 20, `${bytes} bytes`);

  const { page, count, complaints, outside } = await open(t, path);
  assert.deepEqual([complaints, outside()], [[], []]);
  assert.equal(await page.title(), "small-pictures – LatentKit");
  for (const id of expected) assert.equal(await count(`section#${id} h2`), 1, id);
  assert.ok((await count("#curves figure svg")) >= 6);
  // Three epochs of training loss and of validation loss.
  assert.equal(await page.locator("#curves figure").first().locator("circle").count(), 6);
  assert.deepEqual(await page.locator("#examples th").allTextContents(), [
    "original",
    "corrupted",
    "result",
    "error",
  ]);
  assert.equal(await count("#map svg circle"), ITEMS / 4);
  assert.ok((await count("#map svg image")) > 3);
  assert.ok((await count("#codes svg rect")) > 10);
  assert.match((await page.locator("#evaluation tbody").textContent()) ?? "", /SSE per item.*5-NN accuracy/s);
  const broken = await page.evaluate(
    () => [...document.images].filter(({ naturalWidth }) => naturalWidth === 0).length,
  );
  assert.equal(broken, 0);
  // 20 × 20 pictures of 8 × 8.
  assert.equal(
    await page.locator("#grid img").evaluate((image: HTMLImageElement) => image.naturalWidth),
    160,
  );
});

test("signals and their filters are drawn as curves; what the run has not is left out", {
  skip: skipWithoutChromium(),
}, async (t) => {
  const data = join(folder, "table.csv");
  const row = (i: number) => Array.from({ length: 6 }, (_, d) => Math.sin(i * 0.7 + d).toFixed(4)).join(",");
  await writeFile(data, ["a,b,c,d,e,f", ...Array.from({ length: 60 }, (_, i) => row(i))].join("\n"));
  const run = join(folder, "signals");
  await train({ data, model: { hidden: [5], code: 3 }, epochs: 1, batchSize: 20 }, { folder: run });
  const { path, sections } = await writeReport(run);
  assert.deepEqual(sections, ["overview", "curves", "examples", "map", "codes", "filters", "config"]);
  const { page, count, complaints, outside } = await open(t, path);
  assert.deepEqual([complaints, outside()], [[], []]);
  assert.equal(await count("#examples svg[viewBox]:has(path)"), 6);
  assert.equal(await count("#filters svg"), 5);
  assert.equal(await count("#map svg image"), 0);
  assert.equal(await page.locator("img").count(), 0);
});

test("sound coded by one linear layer has its atoms drawn, by frequency and in the plane of time and frequency", {
  skip: skipWithoutChromium(),
}, async (t) => {
  const data = join(folder, "tones.wav");
  const next = random(3);
  const tones = Array.from({ length: 4000 }, (_, i) => Math.sin(i * (0.3 + (i % 400) / 300)) + next() - 0.5);
  const samples = Uint8Array.from(tones, (value) => 128 + 60 * value);
  await writeFile(data, wavBytes({ format: 1, channels: 1, bits: 8 }, samples));
  const run = join(folder, "sound");
  await train(
    {
      ...{ data: `${data}?window=32&hop=4`, scale: "standard", epochs: 1 },
      model: { architecture: "tied", hidden: [], code: 90, codeActivation: "relu", output: "linear" },
      penalty: { kind: "topk", k: 9 },
    },
    { folder: run },
  );
  const { path, sections } = await writeReport(run);
  const expected = ["overview", "curves", "examples", "map", "codes", "atoms", "filters", "config"];
  assert.deepEqual(sections, expected);
  const { page, complaints, outside } = await open(t, path);
  assert.deepEqual([complaints, outside()], [[], []]);
  const note = (await page.locator("#atoms p.note").textContent()) ?? "";
  const [, active = ""] = /(\d+) of 90 are active on some item/.exec(note) ?? [];
  assert.ok(Number(active) > 9, note);
  assert.match(note, /last less than \d\.\d ms, .* 1\.5 a tone as long as the window, 4 white noise\)\.$/);
  const [curves, plane] = [page.locator("#atoms svg").first(), page.locator("#atoms svg").last()];
  const shown = Math.min(80, Number(active));
  assert.equal(await curves.locator('[aria-label="line"] path').count(), shown);
  // Row after row, as they are read.
  const pitches = await curves.locator('[aria-label="text"] text').evaluateAll((texts) =>
    texts
      .map((text) => ({ text: text.textContent ?? "", box: text.getBoundingClientRect() }))
      .sort((a, b) => a.box.top - b.box.top || a.box.left - b.box.left)
      .map(({ text }) => text),
  );
  const hertz = pitches.map((text) => Number(/^(\d+) Hz$/.exec(text)?.[1]));
  assert.deepEqual(
    hertz,
    hertz.toSorted((a, b) => a - b),
  );
  assert.ok(hertz.length === shown && hertz.every((one) => one > 0 && one < 4000));
  assert.equal(await plane.locator("rect[rx]").count(), shown);
  assert.equal(await plane.locator("circle").count(), Number(active));
});

test("a run whose data is gone, or whose evaluation is of another model, has a report that says so", async () => {
  const run = await pictureRun();
  const evaluation = await readEvaluation(run);
  assert.ok(evaluation);
  await writeEvaluation(run, { ...evaluation, encoder: "of another training" });
  const images = join(folder, "small-images-idx3-ubyte");
  await rename(images, `${images}.away`);
  try {
    const { path, sections } = await writeReport(run);
    assert.deepEqual(sections, ["overview", "evaluation", "curves", "filters", "config"]);
    const said = [...(await readFile(path, "utf8")).matchAll(/<p class="missing">(.*?)<\/p>/g)].map(
      ([, text]) => text,
    );
    assert.equal(said[1], "evaluation.json is of an earlier model of this run: evaluate again.");
    assert.match(
      said[0] ?? "",
      /Items of the run's data are not shown: .*small-images-idx3-ubyte: no such file/,
    );
  } finally {
    await rename(`${images}.away`, images);
    await writeEvaluation(run, evaluation);
  }
});

test("a folder without a run, a run without a package and a broken history are named", async () => {
  await assert.rejects(
    openRun(folder),
    /^RunFolderError: .*config\.json: can't be read .*expected the folder of a run$/,
  );
  const bare = await mkdtemp(join(folder, "bare-"));
  await writeFile(join(bare, "config.json"), "{}");
  await assert.rejects(
    openRun(bare),
    /^RunFolderError: .*: holds a run without a package; expected one that is finished/,
  );
  const run = await pictureRun();
  const history = await readFile(join(run, "history.jsonl"), "utf8");
  await writeFile(join(run, "history.jsonl"), `${history}{"epoch":`);
  try {
    await assert.rejects(openRun(run), /^RunFolderError: .*history\.jsonl: line 4 is not JSON/);
  } finally {
    await writeFile(join(run, "history.jsonl"), history);
  }
});
