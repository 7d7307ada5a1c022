// A piscina pool whose workers are asked to end, never ended.
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { Piscina } from "piscina";
import { workerEntry } from "../../runtime/node/worker-entry.ts";
// Shared with the workers: ONNX Runtime's WebGPU provider must run in one thread at a time.
import "../../runtime/node/one-thread.ts";
import { WorkerError } from "../errors.ts";
import { type Outcome, resultOf } from "./remote-error.ts";

export interface PoolTask<E> {
  /** Called with each event the task sends. */
  readonly onEvent: (event: E) => void;
  /** Sends the task a stop request when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

export interface Pool {
  /** Runs the worker module's default function with `task` and a port for events and stop requests. */
  run<T extends object, E, R>(task: T, options: PoolTask<E>): Promise<R>;
  /** Waits for tasks under way, then lets the workers end. */
  close(): Promise<void>;
}

/**
 * A pool of one kind of worker. Ending a worker thread inside an ONNX Runtime call kills the process, so neither
 * piscina's own abort nor its destroy() is used while a task runs.
 *
 * @param beside `import.meta.url` of the module beside which the worker's module lies
 */
export function openPool(beside: string, name: string, threads: number): Pool {
  const { url, execArgv } = workerEntry(beside, name);
  const pool = new Piscina({
    filename: url.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 1000,
    execArgv,
    // Workers' messages are events; their atomics-based waiting would hold those back.
    atomics: "disabled",
  });
  return {
    async run<T extends object, E, R>(task: T, { onEvent, signal }: PoolTask<E>): Promise<R> {
      const { port1, port2 } = new MessageChannel();
      const stop = () => port1.postMessage({ type: "stop" });
      port1.on("message", onEvent);
      if (signal?.aborted) stop();
      signal?.addEventListener("abort", stop, { once: true });
      try {
        const transferList = [port2 as MessagePort];
        return resultOf(await runTask<R>(pool, { ...task, port: port2 }, transferList));
      } finally {
        signal?.removeEventListener("abort", stop);
        port1.close();
      }
    },
    close: () => pool.close(),
  };
}

/** A worker that ends by itself fails its task with the reason. */
async function runTask<R>(pool: Piscina, task: object, transferList: MessagePort[]): Promise<Outcome<R>> {
  try {
    return (await pool.run(task, { transferList })) as Outcome<R>;
  } catch (error) {
    throw new WorkerError(`the run's worker failed: ${error instanceof Error ? error.message : error}`);
  }
}
