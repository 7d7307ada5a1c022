// The command behind `npm start`: options, progress, and the table at the end.
import { Command } from "@commander-js/extra-typings";
import type { CommandFactory } from "../cli/command.ts";
import { wholeNumber } from "../cli/options.ts";
import { formatTable } from "../cli/table.ts";
import { runMainJob, type Summary } from "./job.ts";

export const start: CommandFactory = (context) =>
  new Command("start")
    .description("Train a 30-number code of MNIST, package it, serve it, and compare it with PCA.")
    .option("--epochs <n>", "passes over the 60,000 training images", wholeNumber("--epochs", { min: 1 }), 14)
    .option("--out <folder>", "run folder", "runs/mnist")
    .addHelpText("after", "\nExample:\n  $ npm start -- --epochs 3 --out runs/quick")
    .action(async ({ epochs, out }) => {
      const summary = await runMainJob({ epochs, folder: out }, context);
      context.output.result(summary, () => describe(summary));
    });

function describe(summary: Summary): string {
  const { code, picture } = summary.bytes;
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const whole = (n: number) => Math.round(n).toLocaleString("en");
  const table = formatTable(
    [
      { title: `MNIST, codes of ${summary.codeSize} numbers` },
      { title: "autoencoder", align: "right" },
      { title: "PCA", align: "right" },
    ],
    [
      ["test SSE (squared error per image)", summary.testSse.toFixed(3), summary.pcaTestSse.toFixed(3)],
      ["5-nearest-neighbour accuracy", percent(summary.knnAccuracy), percent(summary.pcaKnnAccuracy)],
      ["images/s, training", whole(summary.trainImagesPerSecond), ""],
      ["images/s, encoding", whole(summary.encodeImagesPerSecond), ""],
      ["ONNX against tfjs, largest difference", summary.parityMaxAbs.toExponential(1), ""],
    ],
  );
  return [
    table,
    "",
    `A code takes ${code} bytes, its picture ${picture}: ${(picture / code).toFixed(1)} times smaller.`,
    "",
    `package   ${summary.files.package}`,
    `picture   ${summary.files.picture}`,
    `summary   ${summary.files.summary}`,
    `report    ${summary.files.report}`,
  ].join("\n");
}
