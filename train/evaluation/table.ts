// An evaluation as a table: a row for each measure, a column for each way of making codes.
import type { Evaluation, Scores } from "./result.ts";

export interface EvaluationTable {
  readonly columns: readonly string[];
  /** What is measured, then a cell for each column but the first. */
  readonly rows: readonly (readonly string[])[];
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
const digits = (count: number) => (value: number) => value.toFixed(count);

/** Measures that nothing has are left out. */
export function evaluationTable({ codeSize, test, settings, systems }: Evaluation): EvaluationTable {
  const { neighbours, trustworthinessNeighbours, leaveOneOutNeighbours, sample, normal } = settings;
  const whole = (n: number) => n.toLocaleString("en");
  const columns: [string, Scores][] = [
    [`autoencoder (${codeSize})`, systems.autoencoder],
    [`PCA (${settings.pcaComponents})`, systems.pca],
    ["t-SNE (2)", systems.tsne],
    ["UMAP (2)", systems.umap],
  ].filter((column): column is [string, Scores] => column[1] !== null);
  const rows: [string, keyof Scores, (value: number) => string][] = [
    ["SSE per item", "sse", digits(3)],
    ["MSE per value", "mse", digits(5)],
    ["PSNR, dB", "psnr", digits(2)],
    ["SSIM", "ssim", digits(4)],
    [`${neighbours}-NN accuracy`, "knnAccuracy", percent],
    ["logistic probe accuracy", "probeAccuracy", percent],
    ["classifier's accuracy", "classifierAccuracy", percent],
    [
      `trustworthiness (${trustworthinessNeighbours} neighbours, ${whole(sample)} items)`,
      "trustworthiness",
      digits(4),
    ],
    [`${leaveOneOutNeighbours}-NN, leaving one out`, "leaveOneOutAccuracy", percent],
    [
      `${leaveOneOutNeighbours}-NN, leaving one out of ${whole(sample)}`,
      "sampleLeaveOneOutAccuracy",
      percent,
    ],
    [`outliers to ${normal?.join(", ")}: ROC AUC`, "outlierAuc", digits(4)],
  ];
  return {
    columns: [`${test.source}, ${whole(test.items)} items`, ...columns.map(([title]) => title)],
    rows: rows
      .filter(([, key]) => columns.some(([, scores]) => scores[key] !== null))
      .map(([title, key, show]) => [title, ...columns.map(([, scores]) => cell(scores[key], show))]),
  };
}

function cell(value: number | null, show: (value: number) => string): string {
  if (value === null) return "–";
  return Number.isFinite(value) ? show(value) : "∞";
}
