// Starts two threads that train on the engine named on the command line; prints the last loss of each.
import { Worker } from "node:worker_threads";
import { workerEntry } from "../../../../runtime/node/worker-entry.ts";
// Threads share the lock of ONNX Runtime's WebGPU provider if the thread that starts them has it.
import "../../../../train/index.ts";

const { url, execArgv } = workerEntry(import.meta.url, "training-thread");
for (const _ of [1, 2]) {
  new Worker(url, { execArgv, workerData: process.argv[2] }).on("message", (loss) => console.log(loss));
}
