// The inference thread: ONNX Runtime blocks the thread it runs in, so that must not be the app's.
import { parentPort, workerData } from "node:worker_threads";
import { toPlainError } from "../errors.ts";
import { buffersOf } from "../executor.ts";
import { forget } from "./forget.ts";
import type { StartOptions } from "./local.ts";
import { startLocal } from "./local.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

const port = parentPort;
if (!port) throw new Error("runtime/node/worker is the entry of a worker thread; use loadRuntime()");

const send = (message: FromWorker, transfer: readonly ArrayBuffer[] = []) =>
  port.postMessage(message, transfer);
const options: StartOptions = workerData;

try {
  const executor = await startLocal(options);
  port.on("message", async (message: ToWorker) => {
    if (message.kind === "close") {
      await executor.close();
      port.close();
      return;
    }
    const { id, job } = message;
    try {
      const result = await executor.run(job);
      send({ kind: "done", id, result }, buffersOf(result.outputs));
      // The job's arrays are this thread's own, and have served.
      forget(buffersOf(job.inputs));
    } catch (error) {
      send({ kind: "failed", id, error: toPlainError(error) });
    }
  });
  port.on("messageerror", (error) => {
    // A job that cannot be read is never answered: its call learns so from the thread's end.
    throw error;
  });
  send({ kind: "ready", device: executor.device, passedOver: executor.passedOver });
} catch (error) {
  send({ kind: "refused", error: toPlainError(error) });
}
