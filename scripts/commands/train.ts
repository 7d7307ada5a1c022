// `latentkit train`: a preset or a config file, to a run folder with a package.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import type { CommandFactory } from "../cli/command.ts";
import { asObject, readConfigFile } from "../cli/config-file.ts";
import { CommandError } from "../cli/errors.ts";
import { type Assignments, assignments, wholeNumber } from "../cli/options.ts";
import { formatTable } from "../cli/table.ts";

export const train: CommandFactory = (context) =>
  new Command("train")
    .description("Train an autoencoder and write its package.")
    .argument(
      "<preset | config file | run>",
      "a preset's name, a file with a config (JSON, or TypeScript that exports it by default), or a run folder",
    )
    .option(
      "--data <source>",
      "training data: mnist, a folder of images, an .npy, .csv, .parquet, .wav or IDX file",
    )
    .option("--out <folder>", "run folder (default: runs/<name>)")
    .option("--engine <name>", "who computes: auto, onnx:cpu, onnx:cuda, webgpu, … (see latentkit doctor)")
    .option("--skip-bad", "pass over items that can't be read, and report them")
    .option("--epochs <n>", "passes over the data", wholeNumber("--epochs", { min: 1 }))
    .option("--set <path=value>", "set one value of the config; may be repeated", assignments("--set"))
    .option("--resume", "go on from the newest checkpoint of the run folder", false)
    .addOption(
      new Option("--overwrite", "start anew where the folder holds a run").default(false).conflicts("resume"),
    )
    .option("--no-report", "write no report.html at the end")
    .addHelpText(
      "after",
      "\nExample:\n  $ latentkit train dense --epochs 5 --set model.code=16 --out runs/small",
    )
    .action(async (source, options) => {
      const { assign, resolveConfig } = await import("../../train/index.ts");
      const { trainWithProgress } = await import("../cli/training.ts");
      const { base, folder: runFolder } = await readConfig(source);
      const changes: Assignments = [
        ...(options.data === undefined ? [] : [{ path: "data", value: options.data }]),
        ...(options.engine === undefined ? [] : [{ path: "engine", value: options.engine }]),
        ...(options.skipBad ? [{ path: "skipBad", value: true }] : []),
        ...(options.epochs === undefined ? [] : [{ path: "epochs", value: options.epochs }]),
        ...(options.set ?? []),
      ];
      const config = resolveConfig(
        changes.reduce((before, { path, value }) => assign(before, path, value), base),
      );
      const folder = options.out ?? runFolder ?? join("runs", config.name);
      const existing = options.resume ? "resume" : options.overwrite ? "overwrite" : "refuse";
      const run = await trainWithProgress(config, { folder, existing }, context);
      const report = options.report ? await reportOn(run.folder, context.output.message) : null;
      const result = {
        run: run.folder,
        package: run.package.folder,
        epochs: run.history.length,
        loss: run.history.at(-1)?.loss ?? null,
        validationLoss: run.history.at(-1)?.validationLoss ?? null,
        endedEarly: run.endedEarly,
        engine: run.engine,
        passedOver: run.passedOver,
        skipped: run.skipped,
        summary: join(run.folder, "summary.json"),
        report,
        itemsPerSecond: run.itemsPerSecond,
        parityMaxAbs: run.package.parityMaxAbs,
      };
      context.output.result(result, () =>
        formatTable(
          [{ title: "run" }, { title: run.folder }],
          [
            ["package", join(run.folder, "package")],
            ["summary", result.summary],
            ...(report === null ? [] : [["report", report]]),
            ["engine", result.engine],
            ["epochs", String(result.epochs)],
            [`loss (${config.loss})`, result.loss?.toPrecision(4) ?? "–"],
            ...(result.validationLoss === null
              ? []
              : [["validation loss", result.validationLoss.toPrecision(4)]]),
            ...(result.endedEarly === null ? [] : [["ended early", result.endedEarly]]),
            ["items/s in training", Math.round(result.itemsPerSecond).toLocaleString("en")],
            ["ONNX against tfjs", `at most ${result.parityMaxAbs.toExponential(1)} apart`],
          ],
        ),
      );
    });

/** The report's path. The run is whole without one: what fails here is told, and no more. */
async function reportOn(folder: string, message: (text: string) => void): Promise<string | null> {
  const { writeReport } = await import("../../train/index.ts");
  try {
    return (await writeReport(folder)).path;
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    message(`the report can't be written (${reason}); try again with latentkit report ${folder}`);
    return null;
  }
}

interface Source {
  readonly base: Record<string, unknown>;
  /** The run folder, where the config is that of a run. */
  readonly folder?: string;
}

async function readConfig(source: string): Promise<Source> {
  const { preset, presetNames, readRunConfig } = await import("../../train/index.ts");
  if (presetNames().includes(source)) return { base: asObject(preset(source), source) };
  const stats = await stat(source).catch(() => undefined);
  if (!stats) {
    const presets = presetNames().join(", ");
    throw new CommandError(`${source} is no preset (${presets}), and there is no such file or folder`);
  }
  if (stats.isDirectory()) return { base: asObject(await readRunConfig(source), source), folder: source };
  return { base: await readConfigFile(source) };
}
