// The process that is killed: exports the features of a source into the folder it is given, one line of JSON per event.

import { exportFeatures } from "../../export/index.ts";

const [packageFolder = "", source = "", out = "", shardSize = ""] = process.argv.slice(2);
await exportFeatures(packageFolder, source, {
  ...{ out, shardSize: Number(shardSize), device: "cpu", error: true },
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
});
