// `latentkit sweep`: a sweep's config file, to a table of trials and the best one's package.
import { basename, extname, join } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import type { SweepEvent } from "../../train/index.ts";
import type { CommandFactory } from "../cli/command.ts";
import { readConfigFile } from "../cli/config-file.ts";
import { CommandError } from "../cli/errors.ts";
import { wholeNumber } from "../cli/options.ts";

const example = `
Examples:
  $ latentkit sweep sweep.json --parallel 2 --out sweeps/first
  $ latentkit sweep sweep.json --out sweeps/first --resume

A sweep.json:
  {
    "base": { "data": "mnist:train", "epochs": 9 },
    "search": "random", "trials": 12, "seed": 1,
    "space": {
      "model.code": [8, 16, 32],
      "optimizer.learningRate": { "min": 0.0003, "max": 0.01, "log": true }
    },
    "halving": { "epochs": 1, "eta": 3 }
  }`;

export const sweep: CommandFactory = (context) =>
  new Command("sweep")
    .description("Train many settings of an autoencoder side by side, and keep the best one's package.")
    .argument("<config file>", "the sweep: JSON, or TypeScript that exports it by default")
    .option("--out <folder>", "the sweep's folder (default: sweeps/<file's name>)")
    .option(
      "--parallel <n>",
      "trials at a time; they share the cores",
      wholeNumber("--parallel", { min: 1 }),
      1,
    )
    .option("--resume", "go on with the sweep that the folder holds", false)
    .addOption(
      new Option("--overwrite", "start anew where the folder holds a sweep")
        .default(false)
        .conflicts("resume"),
    )
    .addHelpText("after", example)
    .action(async (file, options) => {
      const { resolveSweep, sweep } = await import("../../train/index.ts");
      const { createSweepProgress, resultRows, trialTable } = await import("../cli/sweep-progress.ts");
      const config = resolveSweep(await readConfigFile(file));
      const { output, stderr, stopSignal } = context;
      const progress = createSweepProgress({ stream: stderr });
      // With --json standard error carries the events, one object a line.
      const tell = (event: SweepEvent) => stderr.write(`${JSON.stringify(event)}\n`);
      const { folder, trials, best } = await sweep(config, {
        folder: options.out ?? join("sweeps", basename(file, extname(file))),
        parallel: options.parallel,
        existing: options.resume ? "resume" : options.overwrite ? "overwrite" : "refuse",
        signal: stopSignal(),
        onEvent: output.json ? tell : progress.update,
      }).finally(progress.stop);
      const result = {
        sweep: folder,
        best: best?.trial ?? null,
        package: best && join(folder, "package"),
        trials,
      };
      const chosen = best
        ? `best: trial ${best.trial}, its package is in ${result.package}`
        : "no trial finished";
      output.result(result, () => `${trialTable(resultRows(trials))}\n\n${chosen}`);
      if (!best) throw new CommandError(`${folder}: no trial finished; the reasons are in results.json`);
    });
