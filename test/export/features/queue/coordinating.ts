// A coordinator process, to be killed: package, source, folder and Redis's address are its arguments.
import { queueFeatures } from "../../../../export/index.ts";

const [packageFolder = "", source = "", out = "", queue = ""] = process.argv.slice(2);
await queueFeatures(packageFolder, source, {
  ...{ out, queue, shardSize: 16, batchSize: 8 },
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
});
