// `latentkit train`: a preset or a config file, to a run folder with a package.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import type { CommandFactory } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { type Assignments, assignments, wholeNumber } from "../cli/options.ts";
import { formatTable } from "../cli/table.ts";

export const train: CommandFactory = (context) =>
  new Command("train")
    .description("Train an autoencoder and write its package.")
    .argument("<preset | config file | run>", "a preset's name, a JSON file with a config, or a run folder")
    .option("--data <source>", "training data: mnist, mnist:train, an IDX file")
    .option("--out <folder>", "run folder (default: runs/<name>)")
    .option("--epochs <n>", "passes over the data", wholeNumber("--epochs", { min: 1 }))
    .option("--set <path=value>", "set one value of the config; may be repeated", assignments("--set"))
    .option("--resume", "go on from the newest checkpoint of the run folder", false)
    .addOption(
      new Option("--overwrite", "start anew where the folder holds a run").default(false).conflicts("resume"),
    )
    .addHelpText(
      "after",
      "\nExample:\n  $ latentkit train dense --epochs 5 --set model.code=16 --out runs/small",
    )
    .action(async (source, options) => {
      const { resolveConfig } = await import("../../train/index.ts");
      const { trainWithProgress } = await import("../cli/training.ts");
      const { base, folder: runFolder } = await readConfig(source);
      const changes: Assignments = [
        ...(options.data === undefined ? [] : [{ path: "data", value: options.data }]),
        ...(options.epochs === undefined ? [] : [{ path: "epochs", value: options.epochs }]),
        ...(options.set ?? []),
      ];
      const config = resolveConfig(changes.reduce(assign, base));
      const folder = options.out ?? runFolder ?? join("runs", config.name);
      const existing = options.resume ? "resume" : options.overwrite ? "overwrite" : "refuse";
      const run = await trainWithProgress(config, { folder, existing }, context);
      const result = {
        run: run.folder,
        package: run.package.folder,
        epochs: run.history.length,
        loss: run.history.at(-1)?.loss ?? null,
        validationLoss: run.history.at(-1)?.validationLoss ?? null,
        endedEarly: run.endedEarly,
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
  try {
    return { base: asObject(JSON.parse(await readFile(source, "utf8")), source) };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${source} is not JSON: ${(error as Error).message}`);
  }
}

function asObject(value: unknown, source: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new CommandError(`${source} holds ${JSON.stringify(value)}; expected a config, an object`);
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
