// A worker process, to be killed: Redis's address and how long it holds a shard are its arguments.
import { runFeatureWorker } from "../../../../export/index.ts";

const [queue = "", lock = ""] = process.argv.slice(2);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
await runFeatureWorker({
  ...{ queue, lock: Number(lock), device: "cpu", threads: 1, workers: 1, signal: stop.signal },
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
});
