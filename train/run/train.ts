// train(): one run in a worker, from a config to a package.
import type { TrainConfigInput } from "../config/index.ts";
import { type Run, type RunOptions, TrainingPool } from "./training-pool.ts";

/**
 * Trains an autoencoder in a worker thread and writes its package.
 *
 *     const run = await train({ data: "mnist:train", model: { code: 30 }, epochs: 10 }, { onEvent: console.log });
 *     const runtime = await loadRuntime(run.package.folder);
 *
 * @throws what `TrainingPool.run` throws
 */
export async function train(config: TrainConfigInput, options: RunOptions = {}): Promise<Run> {
  const pool = new TrainingPool();
  try {
    return await pool.run(config, options);
  } finally {
    await pool.close();
  }
}
