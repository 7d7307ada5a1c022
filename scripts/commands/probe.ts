// `latentkit probe`: how well a feature table's codes tell its classes apart.
import { writeFile } from "node:fs/promises";
import { Command } from "@commander-js/extra-typings";
import { openStorage, writeWhole } from "../../export/index.ts";
import type { CommandFactory } from "../cli/command.ts";
import { choice, realNumber, wholeNumber } from "../cli/options.ts";
import { formatTable } from "../cli/table.ts";

const examples = `
Examples:
  $ latentkit encode runs/mnist mnist:train --out train && latentkit encode runs/mnist mnist:test --out test
  $ latentkit probe train --test test
  $ latentkit probe features --share 0.3 --out scores.json`;

export const probe: CommandFactory = ({ output }) =>
  new Command("probe")
    .description("Fit logistic regression and k-NN to the codes of a feature table, and measure both.")
    .argument(
      "<features>",
      "the folder or s3:// address of a table with labels, as latentkit encode writes it",
    )
    .option("--test <features>", "a table to measure on (default: a part of the first)")
    .option("--share <n>", "share of the rows in that part", realNumber("--share", { min: 0, max: 1 }), 0.2)
    .option("--seed <n>", "what the part is drawn by", wholeNumber("--seed"), 1)
    .option("--neighbours <n>", "neighbours that vote", wholeNumber("--neighbours", { min: 1 }), 5)
    .option(
      "--c <n>",
      "inverse strength of the L2 penalty, as in scikit-learn; auto: the best on a sixth of the rows",
      (text: string) => (text === "auto" ? text : realNumber("--c", { min: 0 })(text)),
      1,
    )
    .option(
      "--scale <how>",
      "standardize each number of a code by itself, or all by one factor (better for sparse codes)",
      choice("--scale", ["each", "all"]),
      "each" as const,
    )
    .option("--out <file>", "where the scores go (default: probe.json beside the table)")
    .addHelpText("after", examples)
    .action(async (features, { out, test, ...options }) => {
      const { probeFeatures } = await import("../../train/index.ts");
      let told = "";
      const scores = await probeFeatures(features, {
        ...options,
        ...(test !== undefined && { test }),
        onProgress: (stage) => {
          if (stage !== told) output.message(stage);
          told = stage;
        },
      });
      const text = `${JSON.stringify(scores, null, 2)}\n`;
      const file = out ?? `${features.replace(/\/$/, "")}/probe.json`;
      if (out !== undefined) await writeWhole(out, text);
      else await openStorage(features).put(["probe.json"], async ([path = ""]) => writeFile(path, text));
      output.result({ ...scores, file }, () => {
        const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
        const { rows, codeSize, classes, settings } = scores;
        const table = formatTable(
          [{ title: `${rows.test} rows, ${classes.length} classes` }, { title: "accuracy", align: "right" }],
          [
            [`logistic regression on ${codeSize} numbers, C = ${settings.c}`, percent(scores.probeAccuracy)],
            [`${settings.neighbours} nearest neighbours`, percent(scores.knnAccuracy)],
            ["the most frequent class", percent(scores.majority)],
          ],
        );
        const early = scores.converged ? [] : ["the regression's solver stopped before its end"];
        return [table, "", ...early, `saved in ${file}`].join("\n");
      });
    });
