// A worker process, to be killed: Redis's address, how long it holds a shard, and which of the shards that it begins (1 for
// the first) it goes on with only when there is a line on standard input are its arguments.
import { readSync } from "node:fs";
import { runFeatureWorker } from "../../../../export/index.ts";

const [queue = "", lock = "", held = ""] = process.argv.slice(2);
let begun = 0;
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
await runFeatureWorker({
  ...{ queue, lock: Number(lock), device: "cpu", threads: 1, workers: 1, signal: stop.signal },
  onEvent: (event) => {
    process.stdout.write(`${JSON.stringify(event)}\n`);
    if (event.type === "begin" && ++begun === Number(held)) readSync(0, Buffer.alloc(1));
  },
});
