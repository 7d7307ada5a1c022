// train(): one run in a worker, from a config to a package.
import { join } from "node:path";
import { resolveConfig, type TrainConfig, type TrainConfigInput } from "../config.ts";
import { startFolder } from "./folder.ts";
import { openPool } from "./pool.ts";
import type { ProgressEvent } from "./progress.ts";
import type { TrainResult, TrainTask } from "./tasks.ts";

export interface TrainOptions {
  /** Run folder; `runs/<name>` unless told. */
  readonly folder?: string;
  /** Called a few times a second, and at the end of each epoch. */
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Stops the run after the step it is in, which then rejects with `StoppedError`. */
  readonly signal?: AbortSignal;
}

export interface Run extends TrainResult {
  readonly folder: string;
  readonly config: TrainConfig;
}

/**
 * Trains an autoencoder in a worker thread and writes its package.
 *
 *     const run = await train({ data: "mnist:train", model: { code: 30 }, epochs: 10 }, { onProgress: console.log });
 *     const runtime = await loadRuntime(run.package.folder);
 *
 * @throws ConfigError before any work starts, DivergedError, StoppedError, WorkerError, and the errors of data sources
 *   and packages, whose names and messages cross the thread
 */
export async function train(input: TrainConfigInput, options: TrainOptions = {}): Promise<Run> {
  const config = resolveConfig(input);
  const folder = options.folder ?? join("runs", config.name);
  await startFolder(folder, config);
  const pool = openPool(import.meta.url, "worker", 1);
  const task: Omit<TrainTask, "port"> = { config, folder };
  try {
    const result = await pool.run<typeof task, ProgressEvent, TrainResult>(task, {
      onEvent: (event) => options.onProgress?.(event),
      signal: options.signal,
    });
    return { ...result, folder, config };
  } finally {
    await pool.close();
  }
}
