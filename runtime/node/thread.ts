// One inference thread, seen from the thread that started it.
import { Worker } from "node:worker_threads";
import { fromPlainError, givenAway, ThreadError } from "../errors.ts";
import { buffersOf, type Job, type JobResult } from "../executor.ts";
import type { StartOptions } from "./local.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
// Threads share the lock of ONNX Runtime's WebGPU provider if the thread that starts them has it.
import "./one-thread.ts";
import type { WorkerEntry } from "./worker-entry.ts";

interface Waiting {
  resolve(result: JobResult): void;
  reject(error: Error): void;
}

type Ready = Extract<FromWorker, { kind: "ready" }>;

/**
 * The thread is never terminated: ending it while ONNX Runtime runs kills the whole process. `close` asks it to end.
 * While it has nothing to do it does not keep the process alive.
 */
export class InferenceThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #isReady = false;
  #isClosing = false;
  #gone: Error | undefined;
  readonly #exited: Promise<void>;
  /** Resolves when its graphs are loaded. Rejects as `startLocal` does, or with `ThreadError`. */
  readonly ready: Promise<Ready>;

  /** Starts the thread. */
  constructor({ url, execArgv }: WorkerEntry, options: StartOptions) {
    this.#worker = new Worker(url, { workerData: options, execArgv });
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        this.#end(new ThreadError(`the inference thread ended with exit code ${code}`));
        resolve();
      });
    });
    this.#worker.on("error", (error) => {
      this.#end(new ThreadError(`the inference thread failed: ${String(error)}`));
    });
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on("message", (message: FromWorker) => {
        switch (message.kind) {
          case "ready":
            this.#worker.unref();
            this.#isReady = true;
            return resolve(message);
          case "refused":
            return reject(fromPlainError(message.error));
          case "done":
            return this.#settle(message.id)?.resolve(message.result);
          case "failed":
            return this.#settle(message.id)?.reject(fromPlainError(message.error));
        }
      });
      this.#exited.then(() => reject(this.#gone));
    });
  }

  /** Whether it is ready and there. */
  get isUp(): boolean {
    return this.#isReady && !this.isGone;
  }

  get isGone(): boolean {
    return this.#gone !== undefined;
  }

  /** Takes the job's arrays over. Rejects with `ThreadError` where the thread ends before the job does. */
  run(job: Job): Promise<JobResult> {
    return new Promise((resolve, reject) => {
      if (this.#gone) return reject(this.#gone);
      // They may have gone to another thread while this one was started; Node says so to nobody.
      if (job.inputs.some(({ length }) => length === 0)) return reject(givenAway(job.kind));
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#send({ kind: "job", id, job }, buffersOf(job.inputs));
    });
  }

  /** Resolves when the thread has finished its jobs and ended. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (!this.#gone) {
      this.#worker.ref();
      this.#send({ kind: "close" });
    }
    await this.#exited;
  }

  #send(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #settle(id: number): Waiting | undefined {
    const entry = this.#waiting.get(id);
    this.#waiting.delete(id);
    // A call that gave up leaves its job behind: who closes must still see it end.
    if (this.#waiting.size === 0 && !this.#isClosing) this.#worker.unref();
    return entry;
  }

  #end(error: Error): void {
    this.#gone ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}
