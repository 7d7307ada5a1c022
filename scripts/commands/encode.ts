// `latentkit encode`: the codes of a whole dataset, as tables in files that other programs read.
import { Command } from "@commander-js/extra-typings";
import type { FeatureEvent } from "../../export/index.ts";
import type { CommandFactory } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { findPackage } from "../cli/find-package.ts";
import { choice, wholeNumber } from "../cli/options.ts";
import { deviceOption, dtypeOption, threadsOption, workersOption } from "../cli/runtime-options.ts";
import { formatTable } from "../cli/table.ts";

const examples = `
Examples:
  $ latentkit encode runs/mnist mnist:test --out features
  $ latentkit encode runs/photos 'photos/**/*.jpg' --out features --codes float16 --error --skip-bad
  $ latentkit encode runs/sensors table.parquet --out features --keep id,time --format npy

The folder gets part-00000.parquet, part-00000.json, … and, in the end, features.json. Started again, by the same command,
it verifies what is there and makes the rest.`;

export const encode: CommandFactory = ({ output, stderr, stopSignal }) =>
  new Command("encode")
    .description("Write the codes of a whole dataset into tables: Parquet, npy, Arrow, CSV or JSON lines.")
    .argument("<run | package>", "a run folder or a package")
    .argument(
      "<source>",
      "mnist:train, a folder, glob, list or tar of images, an .npy, .parquet, .csv, .wav or IDX file",
    )
    .requiredOption("--out <folder>", "where the tables go")
    .option(
      "--format <name>",
      "parquet, npy (with JSON lines for ids), arrow, csv or jsonl",
      choice("--format", ["parquet", "npy", "arrow", "csv", "jsonl"]),
      "parquet" as const,
    )
    .option(
      "--compression <name>",
      "of parquet: snappy, zstd (Node 22.15 or newer) or none (default: snappy)",
      choice("--compression", ["snappy", "zstd", "none"]),
    )
    .option(
      "--codes <type>",
      "what codes are kept in: float32, float16, or int8 with a scale per row",
      choice("--codes", ["float32", "float16", "int8"]),
      "float32" as const,
    )
    .option("--shard-size <n>", "rows of a shard", wholeNumber("--shard-size", { min: 1 }), 65_536)
    .option("--batch-size <n>", "items encoded at a time", wholeNumber("--batch-size", { min: 1 }), 256)
    .option("--no-label", "no column of labels")
    .option("--error", "a column of reconstruction errors (mean squared)", false)
    .option("--keep <a,b>", "columns of the source that go along", (text: string) => text.split(","))
    .option("--skip-bad", "leave out items that can't be used, and list them in bad.jsonl", false)
    .addOption(deviceOption())
    .addOption(dtypeOption())
    .addOption(workersOption())
    .addOption(threadsOption())
    .addHelpText("after", examples)
    .action(async (path, source, { compression, keep, workers, threads, ...options }) => {
      const { exportFeatures } = await import("../../export/features/index.ts");
      const { createEncodeProgress } = await import("../cli/encode-progress.ts");
      const folder = await findPackage(path);
      if (folder === undefined) {
        throw new CommandError(
          `${path}: is no package and no run that has one; expected a folder with latentkit.json`,
        );
      }
      const progress = createEncodeProgress({ stream: stderr });
      // With --json standard error carries the events, one object a line.
      const tell = (event: FeatureEvent) => stderr.write(`${JSON.stringify(event)}\n`);
      const exported = await exportFeatures(folder, source, {
        ...options,
        ...(compression !== undefined && { compression }),
        ...(keep !== undefined && { keep }),
        ...(workers !== undefined && { workers }),
        ...(threads !== undefined && { threads }),
        signal: stopSignal(),
        onEvent: output.json ? tell : progress.update,
      }).finally(progress.stop);
      const { out, rows, bad, shards, kept, seconds, itemsPerSecond } = exported;
      output.result(exported, () =>
        formatTable(
          [{ title: "features" }, { title: out }],
          [
            ["rows", rows.toLocaleString("en")],
            ...(bad > 0 ? [["left out", `${bad.toLocaleString("en")}, listed in bad.jsonl`]] : []),
            ["shards", kept > 0 ? `${shards}, ${kept} of them from before` : String(shards)],
            ["seconds", seconds.toFixed(1)],
            ["items/s", Math.round(itemsPerSecond).toLocaleString("en")],
          ],
        ),
      );
    });
