// `latentkit train`: a preset or a config file, to a run folder with a package.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import type { TrainConfigInput } from "../../train/index.ts";
import type { CommandFactory } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { type Assignments, assignments, wholeNumber } from "../cli/options.ts";
import { formatTable } from "../cli/table.ts";

export const train: CommandFactory = (context) =>
  new Command("train")
    .description("Train an autoencoder and write its package.")
    .argument("<preset | config file>", "a preset's name, or a JSON file with a config")
    .option("--data <source>", "training data: mnist, mnist:train, an IDX file")
    .option("--out <folder>", "run folder (default: runs/<name>)")
    .option("--epochs <n>", "passes over the data", wholeNumber("--epochs", { min: 1 }))
    .option("--set <path=value>", "set one value of the config; may be repeated", assignments("--set"))
    .addHelpText(
      "after",
      "\nExample:\n  $ latentkit train dense --epochs 5 --set model.code=16 --out runs/small",
    )
    .action(async (source, options) => {
      const { preset, presetNames, resolveConfig } = await import("../../train/index.ts");
      const { trainWithProgress } = await import("../cli/training.ts");
      const base = presetNames().includes(source) ? preset(source) : await readConfig(source, presetNames());
      const changes: Assignments = [
        ...(options.data === undefined ? [] : [{ path: "data", value: options.data }]),
        ...(options.epochs === undefined ? [] : [{ path: "epochs", value: options.epochs }]),
        ...(options.set ?? []),
      ];
      const config = resolveConfig(changes.reduce(assign, base as Record<string, unknown>));
      const folder = options.out ?? join("runs", config.name);
      const run = await trainWithProgress(config, config.epochs, { folder }, context);
      const result = {
        run: run.folder,
        package: run.package.folder,
        epochs: run.history.length,
        loss: run.history.at(-1)?.loss ?? null,
        itemsPerSecond: run.itemsPerSecond,
        parityMaxAbs: run.package.parityMaxAbs,
      };
      context.output.result(result, () =>
        formatTable(
          [{ title: "run" }, { title: run.folder }],
          [
            ["package", join(run.folder, "package")],
            ["epochs", String(result.epochs)],
            [`loss (${config.loss})`, result.loss?.toPrecision(4) ?? "–"],
            ["items/s in training", Math.round(result.itemsPerSecond).toLocaleString("en")],
            ["ONNX against tfjs", `at most ${result.parityMaxAbs.toExponential(1)} apart`],
          ],
        ),
      );
    });

async function readConfig(path: string, presets: readonly string[]): Promise<TrainConfigInput> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new CommandError(
      `${path} is no preset (${presets.join(", ")}) and can't be read as a config file: ${(error as Error).message}`,
    );
  }
  try {
    return JSON.parse(text) as TrainConfigInput;
  } catch (error) {
    throw new CommandError(`${path} is not JSON: ${(error as Error).message}`);
  }
}

/** A copy of the config with the value at a dotted path replaced. */
function assign(
  config: Record<string, unknown>,
  { path, value }: Assignments[number],
): Record<string, unknown> {
  const [key = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...config, [key]: value };
  const inner = config[key];
  if (inner !== undefined && (typeof inner !== "object" || inner === null)) {
    throw new CommandError(
      `--set ${path}: ${key} is ${JSON.stringify(inner)}, which has no ${rest.join(".")}`,
    );
  }
  return {
    ...config,
    [key]: assign((inner ?? {}) as Record<string, unknown>, { path: rest.join("."), value }),
  };
}
