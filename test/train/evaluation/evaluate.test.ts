// Whole evaluations of a small run, against what the runtime, a singular value decomposition and a search by hand give.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { Matrix, SVD } from "ml-matrix";
import { openSource, split } from "../../../data/index.ts";
import { loadRuntime } from "../../../runtime/index.ts";
import { evaluate, readEvaluation, train, writeEvaluation } from "../../../train/index.ts";
import { idxOfBytes } from "../../helpers/idx-files.ts";
import { SIDE, writeSmallImages } from "../../helpers/small-images.ts";

const ITEMS = 240;
const VALUES = SIDE * SIDE;
let folder = "";
let data = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "latentkit-test-"));
  data = await writeSmallImages(folder, ITEMS);
  const upright = Array.from({ length: ITEMS }, (_, i) => 1 - (i % 2));
  await writeFile(join(folder, "small-labels-idx1-ubyte"), idxOfBytes([ITEMS], upright));
  const validation = { share: 0.25 };
  await train(
    { data, model: { hidden: [16], code: 2 }, epochs: 4, batchSize: 20, validation, seed: 3 },
    { folder: join(folder, "run") },
  );
});
after(() => rm(folder, { recursive: true, force: true }));

const packageFolder = () => join(folder, "run", "package");

/** The run's own items, in [0, 1], as it parted them. */
async function parts() {
  const { train: training, validation } = split(await openSource(data), { validation: 0.25, seed: 3 });
  const rows = async (set: typeof training) =>
    Array.from({ length: set.length }, async (_, i) =>
      [...(await set.read(i, i + 1))].map((byte) => byte / 255),
    );
  return {
    training: await Promise.all(await rows(training)),
    held: await Promise.all(await rows(validation)),
    raw: await validation.read(0, validation.length),
    labels: [...(validation.labels ?? [])],
  };
}

test("a run is measured on what it kept from training, and PCA with as many numbers beside it", async () => {
  const stages = new Set<string>();
  const found = await evaluate(packageFolder(), { onEvent: ({ stage }) => stages.add(stage) });
  const { training, held, raw } = await parts();
  assert.deepEqual([found.train?.items, found.test.items, found.codeSize], [180, 60, 2]);

  const runtime = await loadRuntime(packageFolder());
  const { error } = await runtime.reconstruct(raw);
  await runtime.dispose();
  const sse = (VALUES * error.reduce((sum, one) => sum + one, 0)) / error.length;
  const { autoencoder, pca } = found.systems;
  assert.ok(Math.abs((autoencoder.sse ?? 0) - sse) < 1e-4 * sse, `${autoencoder.sse}; expected ${sse}`);
  assert.ok(Math.abs((autoencoder.psnr ?? 0) - 10 * Math.log10(VALUES / sse)) < 1e-3);
  assert.equal(autoencoder.ssim, null, "8×8 pictures have no room for a window");

  const mean = Matrix.rowVector(new Matrix(training).mean("column"));
  const directions = new SVD(new Matrix(training).subRowVector(mean)).rightSingularVectors.subMatrixColumn([
    0, 1,
  ]);
  const rest = new Matrix(held).subRowVector(mean);
  rest.sub(rest.mmul(directions).mmul(directions.transpose()));
  const lost = rest.norm("frobenius") ** 2 / held.length;
  assert.ok(Math.abs((pca?.sse ?? 0) - lost) < 1e-3 * lost, `${pca?.sse}; expected ${lost}`);

  assert.equal(found.systems.tsne, null);
  for (const scores of [autoencoder, pca]) {
    const { knnAccuracy, probeAccuracy, leaveOneOutAccuracy, trustworthiness, outlierAuc } = scores ?? {};
    for (const share of [knnAccuracy, probeAccuracy, leaveOneOutAccuracy, trustworthiness]) {
      assert.ok(typeof share === "number" && share > 0.3 && share <= 1, `${share}`);
    }
    assert.equal(outlierAuc, null);
  }
  assert.deepEqual(found.notes, []);
  assert.ok(stages.has("5 nearest neighbours of the codes") && stages.size >= 6, [...stages].join());
});

test("outliers are the labels that are not normal, scored by their reconstruction error", async () => {
  const { raw, labels } = await parts();
  const found = await evaluate(packageFolder(), { normal: ["1"], metrics: ["outliers"] });
  const runtime = await loadRuntime(packageFolder());
  const { error } = await runtime.reconstruct(raw);
  await runtime.dispose();
  const [normal, outliers] = [1, 0].map((label) => [...error].filter((_, i) => labels[i] === label));
  const wins = outliers?.flatMap((o) => normal?.map((n) => (o > n ? 1 : 0)) ?? []) ?? [];
  const area = wins.reduce((sum: number, win) => sum + win, 0) / wins.length;
  assert.ok(Math.abs((found.systems.autoencoder.outlierAuc ?? 0) - area) < 0.01, `${area}`);
  assert.equal(found.systems.autoencoder.sse, null, "what was not asked for is not measured");
  assert.deepEqual(found.settings.normal, ["1"]);
});

test("t-SNE and UMAP of a sample part classes that are far from one another", async () => {
  const options = { references: true, sample: 100, metrics: ["trustworthiness"] } as const;
  const { systems, settings } = await evaluate(packageFolder(), { ...options, test: data });
  assert.equal(settings.sample, 100);
  for (const map of [systems.tsne, systems.umap]) {
    assert.ok((map?.trustworthiness ?? 0) > 0.85, `trustworthiness ${map?.trustworthiness}`);
    assert.ok((map?.sampleLeaveOneOutAccuracy ?? 0) > 0.75, `accuracy ${map?.sampleLeaveOneOutAccuracy}`);
    assert.equal(map?.sse, null);
  }
});

test("what can't be measured is left out with a note, and refused where it was asked for by name", async () => {
  const unlabelled = await writeSmallImages(await mkdtemp(join(folder, "unlabelled-")), 60);
  const found = await evaluate(packageFolder(), { test: unlabelled });
  assert.ok((found.systems.autoencoder.sse ?? 0) > 0);
  assert.equal(found.systems.autoencoder.probeAccuracy, null);
  assert.ok(
    found.notes.some((note) => /^probe: .*has no labels$/.test(note)),
    found.notes.join("\n"),
  );
  await assert.rejects(
    evaluate(packageFolder(), { test: unlabelled, metrics: ["probe"] }),
    /^EvaluationError: metrics: probe can't be measured: .*has no labels$/,
  );
});

test("options that make no sense are refused before any work", async () => {
  const misspelt = { seed: 1, tset: "mnist" };
  await assert.rejects(evaluate("nowhere", misspelt), /unknown option tset; known here: test, train/);
  await assert.rejects(evaluate("nowhere", { neighbours: 0 }), /^EvaluationError: neighbours is 0; expected/);
  await assert.rejects(evaluate("nowhere", { metrics: ["outliers"] }), /without labels that are normal/);
});

test("a signal ends an evaluation with its reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const onEvent = () => controller.abort(reason);
  await assert.rejects(evaluate(packageFolder(), { signal: controller.signal, onEvent }), reason);
});

test("an evaluation is read back as it was written; another file is no evaluation", async () => {
  const found = await evaluate(packageFolder(), { metrics: ["reconstruction"] });
  assert.equal(await readEvaluation(folder), undefined);
  const path = await writeEvaluation(folder, found);
  assert.deepEqual(await readEvaluation(folder), found);
  await writeFile(path, JSON.stringify({ ...found, systems: {} }));
  await assert.rejects(readEvaluation(folder), /evaluation\.json: systems\.autoencoder: .*evaluate again$/);
});
