// An evaluation as rows and columns.
import assert from "node:assert/strict";
import test from "node:test";
import { type Evaluation, noScores } from "../../../train/evaluation/result.ts";
import { evaluationTable } from "../../../train/evaluation/table.ts";

const evaluation: Evaluation = {
  ...{ schemaVersion: 1, model: "m", package: "m", encoder: "", codeSize: 30, train: null, notes: [] },
  test: { source: "mnist:test", items: 10_000 },
  settings: {
    ...{ neighbours: 5, trustworthinessNeighbours: 5, leaveOneOutNeighbours: 10, sample: 2000 },
    ...{ normal: ["0", "1"], pcaComponents: 30 },
  },
  systems: {
    autoencoder: {
      ...noScores,
      sse: 3.4142,
      psnr: Number.POSITIVE_INFINITY,
      knnAccuracy: 0.97771,
      outlierAuc: 0.9,
    },
    pca: { ...noScores, sse: 13.866, knnAccuracy: 0.9755 },
    tsne: { ...noScores, trustworthiness: 0.98765 },
    umap: null,
  },
};

test("there is a column for each system that was measured and a row for each measure that any has", () => {
  const { columns, rows } = evaluationTable(evaluation);
  assert.deepEqual(columns, ["mnist:test, 10,000 items", "autoencoder (30)", "PCA (30)", "t-SNE (2)"]);
  assert.deepEqual(rows, [
    ["SSE per item", "3.414", "13.866", "–"],
    ["PSNR, dB", "∞", "–", "–"],
    ["5-NN accuracy", "97.77 %", "97.55 %", "–"],
    ["trustworthiness (5 neighbours, 2,000 items)", "–", "–", "0.9877"],
    ["outliers to 0, 1: ROC AUC", "0.9000", "–", "–"],
  ]);
});
