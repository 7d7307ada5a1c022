// `latentkit encode`: the codes of a whole dataset, as tables in files that other programs read.
import { Command } from "@commander-js/extra-typings";
import type { QueueFeatureEvent } from "../../export/index.ts";
import type { CommandFactory } from "../cli/command.ts";
import { CommandError, UsageError } from "../cli/errors.ts";
import { findPackage } from "../cli/find-package.ts";
import { choice, wholeNumber } from "../cli/options.ts";
import type { QueueProgress } from "../cli/queue-progress.ts";
import { deviceOption, dtypeOption, threadsOption, workersOption } from "../cli/runtime-options.ts";
import { formatTable } from "../cli/table.ts";

const examples = `
Examples:
  $ latentkit encode runs/mnist mnist:test --out features
  $ latentkit encode runs/photos 'photos/**/*.jpg' --out features --codes float16 --error --skip-bad
  $ latentkit encode runs/sensors table.parquet --out features --keep id,time --format npy
  $ latentkit encode runs/mnist mnist:train --out s3://bucket/mnist
  $ latentkit encode runs/photos /data/photos --out /data/features --queue redis://store:6379

The folder gets part-00000.parquet, part-00000.json, … and, in the end, features.json. Started again, by the same command,
it verifies what is there and makes the rest.

An S3-compatible store (AWS, MinIO, R2, Ceph, …) is found by AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, or as AWS's own tools are set up; it takes \`npm install @aws-sdk/client-s3\`.

With --queue it only plans, waits and completes: \`latentkit worker --queue …\` makes the shards, on any number of machines
that see package, source and folder at the same paths. Ctrl-C takes the shards out of the queue that nobody has begun.`;

export const encode: CommandFactory = ({ output, stderr, stopSignal }) =>
  new Command("encode")
    .description("Write the codes of a whole dataset into tables: Parquet, npy, Arrow, CSV or JSON lines.")
    .argument("<run | package>", "a run folder or a package")
    .argument(
      "<source>",
      "mnist:train, a folder, glob, list or tar of images, an .npy, .parquet, .csv, .wav or IDX file",
    )
    .requiredOption("--out <folder>", "where the tables go: a folder, or s3://bucket/prefix")
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
    .option(
      "--batch-size <n>",
      "items encoded at a time (default: 512, fewer of large ones)",
      wholeNumber("--batch-size", { min: 1 }),
    )
    .option("--no-label", "no column of labels")
    .option("--error", "a column of reconstruction errors (mean squared)", false)
    .option("--keep <a,b>", "columns of the source that go along", (text: string) => text.split(","))
    .option("--skip-bad", "leave out items that can't be used, and list them in bad.jsonl", false)
    .addOption(deviceOption())
    .addOption(dtypeOption())
    .addOption(workersOption())
    .addOption(threadsOption())
    .option(
      "--queue <address>",
      "have the shards made by the workers at this Redis, such as redis://host:6379",
    )
    .option("--queue-name <name>", "of one queue among several there (default: latentkit-features)")
    .addHelpText("after", examples)
    .action(async (path, source, options, command) => {
      const { compression, keep, device, workers, threads, queue, queueName, ...others } = options;
      const { exportFeatures, queueFeatures } = await import("../../export/features/index.ts");
      const { createEncodeProgress } = await import("../cli/encode-progress.ts");
      const { createQueueProgress } = await import("../cli/queue-progress.ts");
      const folder = await findPackage(path);
      if (folder === undefined) {
        throw new CommandError(
          `${path}: is no package and no run that has one; expected a folder with latentkit.json`,
        );
      }
      const createProgress = queue === undefined ? createEncodeProgress : createQueueProgress;
      const progress: QueueProgress = createProgress({ stream: stderr });
      // With --json standard error carries the events, one object a line.
      const tell = (event: QueueFeatureEvent) => stderr.write(`${JSON.stringify(event)}\n`);
      const shared = {
        ...others,
        ...(compression !== undefined && { compression }),
        ...(keep !== undefined && { keep }),
        signal: stopSignal(),
        onEvent: output.json ? tell : progress.update,
      };
      for (const name of ["device", "workers", "threads"] as const) {
        if (queue === undefined || command.getOptionValueSource(name) !== "cli") continue;
        throw new UsageError(
          `option --${name}: expected at latentkit worker, which computes, not beside --queue`,
        );
      }
      const work =
        queue === undefined
          ? exportFeatures(folder, source, {
              ...{ ...shared, device },
              ...(workers !== undefined && { workers }),
              ...(threads !== undefined && { threads }),
            })
          : queueFeatures(folder, source, {
              ...shared,
              queue,
              ...(queueName !== undefined && { queueName }),
            });
      const exported = await work.finally(progress.stop);
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
