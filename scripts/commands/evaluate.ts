// `latentkit evaluate`: a package measured on data, beside PCA.
import { Command } from "@commander-js/extra-typings";
import { metrics as metricNames } from "../../train/evaluation/metrics.ts";
import type { EvaluationEvent } from "../../train/index.ts";
import type { CommandFactory } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { findPackage } from "../cli/find-package.ts";
import { choices, wholeNumber } from "../cli/options.ts";
import { createStageProgress } from "../cli/stage-progress.ts";
import { formatTable } from "../cli/table.ts";

const examples = `
Examples:
  $ latentkit evaluate runs/mnist                          on mnist:test, beside PCA
  $ latentkit evaluate runs/mnist mnist:test --references  beside t-SNE and UMAP as well
  $ latentkit evaluate runs/zeros mnist:test --normal 0    outliers by reconstruction error

SSE is the squared error summed over an item's values (in [0, 1]), mean over items. k-NN, the logistic probe and PCA are
fitted on what the model was trained on. A run's result is kept in its evaluation.json, and shown in its report.`;

export const evaluate: CommandFactory = ({ output, stderr, stopSignal }) =>
  new Command("evaluate")
    .description("Measure reconstructions and codes on data, beside PCA with as many numbers.")
    .argument("<run | package>", "a run folder or a package")
    .argument(
      "[source]",
      "items to measure on (default: mnist:test for MNIST, else what the run kept for validation)",
    )
    .option("--train <source>", "items that PCA and classifiers are fitted on (default: the training data)")
    .option(
      "--metrics <a,b>",
      `some of ${metricNames.join(", ")} (default: all that can be had)`,
      choices("--metrics", metricNames),
    )
    .option("--neighbours <n>", "neighbours that vote in k-NN", wholeNumber("--neighbours", { min: 1 }), 5)
    .option(
      "--sample <n>",
      "items on which trustworthiness, t-SNE and UMAP are computed",
      wholeNumber("--sample", { min: 30 }),
      2000,
    )
    .option("--normal <a,b>", "labels that are no outliers: the others are to be found", (text: string) =>
      text.split(",").map((label) => label.trim()),
    )
    .option("--references", "measure t-SNE and UMAP of the sample, too (slow)", false)
    .option("--seed <n>", "what the sample, t-SNE and UMAP follow from", wholeNumber("--seed"), 1)
    .addHelpText("after", examples)
    .action(async (path, source, { train, metrics, normal, ...options }) => {
      const { evaluate, evaluationTable, writeEvaluation } = await import("../../train/index.ts");
      const folder = await findPackage(path);
      if (folder === undefined) {
        throw new CommandError(
          `${path}: is no package and no run that has one; expected a folder with latentkit.json`,
        );
      }
      const progress = createStageProgress(stderr);
      // With --json standard error carries the events, one object a line.
      const tell = (event: EvaluationEvent) => stderr.write(`${JSON.stringify(event)}\n`);
      const evaluation = await evaluate(folder, {
        ...options,
        ...(source !== undefined && { test: source }),
        ...(train !== undefined && { train }),
        ...(metrics && { metrics }),
        ...(normal && { normal }),
        signal: stopSignal(),
        onEvent: output.json ? tell : progress.update,
      });
      const file = folder === path ? null : await writeEvaluation(path, evaluation);
      output.result({ ...evaluation, file }, () => {
        const { columns, rows } = evaluationTable(evaluation);
        const [title = "", ...systems] = columns;
        const table = formatTable(
          [{ title }, ...systems.map((name) => ({ title: name, align: "right" }) as const)],
          rows,
        );
        const notes = evaluation.notes.map((note) => `not measured: ${note}`);
        return [
          table,
          ...(notes.length > 0 ? ["", ...notes] : []),
          ...(file ? ["", `saved in ${file}`] : []),
        ].join("\n");
      });
    });
