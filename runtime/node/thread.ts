// An executor whose work happens in a worker thread, so that this thread stays free.
import { Worker } from "node:worker_threads";
import { fromPlainError, InferenceError } from "../errors.ts";
import type { Executor, Job, JobResult } from "../executor.ts";
import type { StartOptions } from "./local.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { workerEntry } from "./worker-entry.ts";

interface Waiting {
  resolve(result: JobResult): void;
  reject(error: Error): void;
}

/**
 * Starts the thread and waits until its graphs are loaded. Rejects as `startLocal` does.
 *
 * The thread is never terminated: ending it while ONNX Runtime runs kills the whole process. `close` asks it to end.
 * While it has nothing to do it does not keep the process alive.
 */
export async function startThread(options: StartOptions): Promise<Executor> {
  const { url, execArgv } = workerEntry(import.meta.url, "worker");
  const worker = new Worker(url, { workerData: options, execArgv });
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let gone: Error | undefined;

  const exited = new Promise<void>((resolve) => {
    worker.once("exit", (code) => {
      end(new InferenceError(`the inference thread ended with exit code ${code}`));
      resolve();
    });
  });
  worker.on("error", (error) => end(new InferenceError(`the inference thread failed: ${String(error)}`)));

  function end(error: Error): void {
    gone ??= error;
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  }

  const ready = await new Promise<Extract<FromWorker, { kind: "ready" }>>((resolve, reject) => {
    worker.on("message", (message: FromWorker) => {
      switch (message.kind) {
        case "ready":
          return resolve(message);
        case "refused":
          return reject(fromPlainError(message.error));
        case "done":
          return settle(message.id)?.resolve(message.result);
        case "failed":
          return settle(message.id)?.reject(fromPlainError(message.error));
      }
    });
    exited.then(() => reject(gone));
  });
  worker.unref();

  function settle(id: number): Waiting | undefined {
    const entry = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return entry;
  }

  const send = (message: ToWorker, transfer: readonly ArrayBuffer[] = []) =>
    worker.postMessage(message, transfer);

  return {
    device: ready.device,
    passedOver: ready.passedOver,
    run(job: Job) {
      return new Promise((resolve, reject) => {
        if (gone) return reject(gone);
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        worker.ref();
        send({ kind: "job", id, job }, [job.data.buffer]);
      });
    },
    async close() {
      if (!gone) {
        worker.ref();
        send({ kind: "close" });
      }
      await exited;
    },
  };
}
