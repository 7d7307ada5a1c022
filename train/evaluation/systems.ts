// The autoencoder, PCA, t-SNE and UMAP, each measured in the same way.
import { type Dataset, gather, itemSize, permutation, seededRandom } from "../../data/index.ts";
import type { Manifest, Runtime } from "../../runtime/index.ts";
import { filesFor } from "../../runtime/manifest.ts";
import { toUnitRange } from "../run/scale.ts";
import { classifierAccuracy } from "./classifier.ts";
import { knnAccuracy, leaveOneOutAccuracy } from "./knn.ts";
import { rocAuc } from "./outliers.ts";
import { fitPca, projectPca, reconstructPca } from "./pca.ts";
import { type Plan, planMeasures } from "./plan.ts";
import { probe } from "./probe.ts";
import { ReconstructionMeter } from "./reconstruction.ts";
import { tsneMap, umapMap } from "./references.ts";
import { type Evaluation, noScores, type Scores, schemaVersion } from "./result.ts";
import { itemBlocks, type Sets } from "./sets.ts";
import type { EvaluationTask } from "./task.ts";
import { type Ranks, rankNeighbours, trustworthiness } from "./trustworthiness.ts";

const TRUSTWORTHINESS_NEIGHBOURS = 5;
const LEAVE_ONE_OUT_NEIGHBOURS = 10;

export interface MeasureRequest {
  readonly task: EvaluationTask;
  readonly manifest: Manifest;
  readonly sets: Sets;
  readonly runtime: Runtime;
  /** Tells what is under way; throws when the evaluation is to stop. */
  readonly tell: (stage: string, share: number) => void;
}

/** Codes of a way of making them, and what it makes of the test items where it can decode. */
interface System {
  readonly name: string;
  readonly size: number;
  readonly trainCodes: Float32Array | undefined;
  readonly testCodes: Float32Array;
  readonly reconstruction: ReconstructionMeter | undefined;
}

/** Test items drawn by seed, with their numbers. */
interface Sample {
  readonly indices: Uint32Array;
  /** In [0, 1]: [indices, features]. */
  readonly rows: Float32Array;
  /** Of its rows, where trustworthiness is measured. */
  readonly ranks: Ranks | undefined;
}

export async function measureSystems(request: MeasureRequest): Promise<Evaluation> {
  const { task, manifest, sets, tell } = request;
  const plan = planMeasures(request);
  const features = itemSize(manifest.input.shape);
  const sample = await drawSample(request, plan);
  const autoencoder = {
    ...(await measure(await encodeAll(request, plan), sample, plan, request)),
    ...(plan.has("classifier") && { classifierAccuracy: await classify(request) }),
  };
  const components = plan.pca ? Math.min(manifest.codeSize, features) : null;
  const pca =
    components === null
      ? null
      : await measure(await projectAll(request, plan, components), sample, plan, request);
  const map = async (name: string, make: typeof umapMap) => {
    const options = { seed: task.seed, onProgress: (share: number) => tell(name, share) };
    tell(name, 0);
    return measureMap(await make(sample.rows, features, options), sample, request);
  };
  return {
    schemaVersion,
    model: manifest.name,
    package: task.packageFolder,
    encoder: filesFor(manifest, "fp32").encoder.sha256,
    codeSize: manifest.codeSize,
    train: sets.train ? { source: sets.train.name, items: sets.train.length } : null,
    test: { source: sets.test.name, items: sets.test.length },
    settings: {
      neighbours: task.neighbours,
      trustworthinessNeighbours: TRUSTWORTHINESS_NEIGHBOURS,
      leaveOneOutNeighbours: LEAVE_ONE_OUT_NEIGHBOURS,
      sample: sample.indices.length,
      normal: task.normal ? [...task.normal] : null,
      pcaComponents: components,
    },
    systems: {
      autoencoder,
      pca,
      tsne: task.references ? await map("t-SNE", tsneMap) : null,
      umap: task.references ? await map("UMAP", umapMap) : null,
    },
    notes: [...plan.notes],
  };
}

async function drawSample({ task, manifest, sets, tell }: MeasureRequest, plan: Plan): Promise<Sample> {
  const { test } = sets;
  const indices = permutation(test.length, seededRandom(task.seed)).slice(0, task.sample).sort();
  const rows = toUnitRange(await gather(test, indices), manifest.input.range);
  if (!plan.has("trustworthiness") && !task.references) return { indices, rows, ranks: undefined };
  tell(`neighbours among ${indices.length} items of ${test.name}`, 0);
  return { indices, rows, ranks: rankNeighbours(rows, itemSize(manifest.input.shape)) };
}

/** Codes by the runtime that apps use. */
async function encodeAll({ manifest, sets, runtime, tell }: MeasureRequest, plan: Plan): Promise<System> {
  const size = manifest.codeSize;
  const meter = plan.needsErrors ? new ReconstructionMeter(manifest.input.shape) : undefined;
  const encode = async (dataset: Dataset, reconstructions?: ReconstructionMeter) => {
    const codes = new Float32Array(dataset.length * size);
    for await (const { raw, rows, start } of itemBlocks(dataset, manifest)) {
      tell(`codes of ${dataset.name}`, start / dataset.length);
      codes.set((await runtime.encode(raw)).data, start * size);
      reconstructions?.add(rows, (await runtime.reconstruct(raw)).reconstruction.data);
    }
    return codes;
  };
  return {
    name: "codes",
    size,
    trainCodes: sets.train && plan.needsTrainCodes ? await encode(sets.train) : undefined,
    testCodes: await encode(sets.test, meter),
    reconstruction: meter,
  };
}

function classify({ manifest, sets, runtime, tell }: MeasureRequest): Promise<number> {
  const stage = `classes of ${sets.test.name}`;
  return classifierAccuracy(runtime, sets.test, manifest, (share) => tell(stage, share));
}

async function projectAll(
  { manifest, sets, tell }: MeasureRequest,
  plan: Plan,
  components: number,
): Promise<System> {
  const train = sets.train as Dataset;
  const features = itemSize(manifest.input.shape);
  const rowsOf = async function* (dataset: Dataset, stage: string) {
    for await (const block of itemBlocks(dataset, manifest)) {
      tell(stage, block.start / dataset.length);
      yield block.rows;
    }
  };
  const stage = `principal components of ${train.name}`;
  const pca = await fitPca(rowsOf(train, stage), features, components);
  const meter = plan.needsErrors ? new ReconstructionMeter(manifest.input.shape) : undefined;
  const project = async (dataset: Dataset, reconstructions?: ReconstructionMeter) => {
    const codes = new Float32Array(dataset.length * components);
    let at = 0;
    for await (const rows of rowsOf(dataset, `${stage}: those of ${dataset.name}`)) {
      const block = await projectPca(pca, rows);
      codes.set(block.codes, at);
      at += block.codes.length;
      reconstructions?.add(rows, await reconstructPca(pca, block.codes));
    }
    return codes;
  };
  return {
    name: "principal components",
    size: components,
    trainCodes: plan.needsTrainCodes ? await project(train) : undefined,
    testCodes: await project(sets.test, meter),
    reconstruction: meter,
  };
}

async function measure(system: System, sample: Sample, plan: Plan, request: MeasureRequest): Promise<Scores> {
  const { task, sets, tell } = request;
  const { name, size, trainCodes, testCodes, reconstruction } = system;
  const sampleCodes = pick(testCodes, size, sample.indices);
  const labels = sets.testLabels ?? new Int32Array(0);
  const test = { codes: testCodes, labels };
  const train = trainCodes && { codes: trainCodes, labels: sets.train?.labels ?? [] };
  let scores: Scores = noScores;
  if (plan.has("reconstruction") && reconstruction) scores = { ...scores, ...reconstruction.scores() };
  if (plan.outlierLabels && reconstruction) {
    const { outlierLabels } = plan;
    const isOutlier = Array.from(sets.test.labels ?? [], (label) => outlierLabels.has(label));
    scores = { ...scores, outlierAuc: rocAuc(reconstruction.squaredErrors(), isOutlier) };
  }
  if (plan.has("trustworthiness") && sample.ranks) {
    const trust = trustworthiness(sample.ranks, sampleCodes, size, TRUSTWORTHINESS_NEIGHBOURS);
    scores = { ...scores, trustworthiness: trust };
  }
  if (plan.has("knn") && train) {
    tell(`${task.neighbours} nearest neighbours of the ${name}`, 0);
    scores = { ...scores, knnAccuracy: await knnAccuracy(train, test, size, task.neighbours) };
  }
  if (plan.has("leave-one-out")) {
    tell(`leaving one out of the ${name}`, 0);
    const accuracy = await leaveOneOutAccuracy(test, size, LEAVE_ONE_OUT_NEIGHBOURS);
    scores = { ...scores, leaveOneOutAccuracy: accuracy };
  }
  if (task.references && sets.testLabels) {
    scores = { ...scores, sampleLeaveOneOutAccuracy: await leaveOneOutOf(sampleCodes, size, sample, sets) };
  }
  if (plan.has("probe") && train) {
    const stage = `logistic regression on the ${name}`;
    const onProgress = (share: number) => tell(stage, share);
    scores = { ...scores, probeAccuracy: (await probe(train, test, size, { onProgress })).accuracy };
  }
  return scores;
}

/** A map of the sample, which has no codes for other items and no way back. */
async function measureMap(map: Float32Array, sample: Sample, { sets }: MeasureRequest): Promise<Scores> {
  const { ranks } = sample;
  return {
    ...noScores,
    trustworthiness: ranks ? trustworthiness(ranks, map, 2, TRUSTWORTHINESS_NEIGHBOURS) : null,
    sampleLeaveOneOutAccuracy: sets.testLabels ? await leaveOneOutOf(map, 2, sample, sets) : null,
  };
}

function leaveOneOutOf(codes: Float32Array, size: number, { indices }: Sample, { testLabels }: Sets) {
  const labels = Array.from(indices, (index) => testLabels?.[index] as number);
  return leaveOneOutAccuracy({ codes, labels }, size, LEAVE_ONE_OUT_NEIGHBOURS);
}

function pick(codes: Float32Array, size: number, indices: Uint32Array): Float32Array {
  const picked = new Float32Array(indices.length * size);
  indices.forEach((index, i) => {
    picked.set(codes.subarray(index * size, (index + 1) * size), i * size);
  });
  return picked;
}
