// The coordinator process that is killed: has the features of a source made by the workers at a Redis.

import { queueFeatures } from "../../export/index.ts";

const [packageFolder = "", source = "", out = "", shardSize = "", queue = ""] = process.argv.slice(2);
await queueFeatures(packageFolder, source, { out, queue, shardSize: Number(shardSize), error: true });
