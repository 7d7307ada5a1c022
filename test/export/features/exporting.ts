// A process that exports features, to be killed: the package, the source and the folder are its arguments.
import { exportFeatures } from "../../../export/index.ts";

const [packageFolder = "", source = "", out = ""] = process.argv.slice(2);
await exportFeatures(packageFolder, source, {
  ...{ out, shardSize: 24, batchSize: 8, device: "cpu", threads: 1, format: "jsonl" },
  onEvent: ({ type }) => process.stdout.write(`${type}\n`),
});
