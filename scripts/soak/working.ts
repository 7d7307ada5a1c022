// The worker process that is killed: makes shards from the Redis it is given.

import { runFeatureWorker } from "../../export/index.ts";

/** Milliseconds for which a worker that was killed holds its shard. */
const LOCK = 2000;

const [queue = ""] = process.argv.slice(2);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
await runFeatureWorker({ queue, lock: LOCK, device: "cpu", workers: 1, threads: 1, signal: stop.signal });
