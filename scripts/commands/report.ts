// `latentkit report`: a finished run as one page.
import { stat } from "node:fs/promises";
import { Command } from "@commander-js/extra-typings";
import type { CommandFactory } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";

const examples = `
Example:
  $ latentkit evaluate runs/mnist && latentkit report runs/mnist

The page is one file that needs no network and no scripts. Training writes it as well; this writes it anew, with what
evaluate has measured since.`;

export const report: CommandFactory = ({ output }) =>
  new Command("report")
    .description("Write a run's report.html: curves, reconstructions, a map of codes, filters, evaluation.")
    .argument("<run>", "the folder of a finished run")
    .addHelpText("after", examples)
    .action(async (folder) => {
      const { writeReport } = await import("../../train/index.ts");
      const found = await stat(folder).catch(() => undefined);
      if (!found?.isDirectory()) {
        throw new CommandError(`${folder}: is no folder; expected that of a finished run`);
      }
      const written = await writeReport(folder);
      output.result(
        written,
        `report    ${written.path} (${Math.ceil(written.bytes / 1024).toLocaleString("en")} KiB)`,
      );
    });
