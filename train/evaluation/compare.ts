// Compares a code with as many principal components of the same data.
import { openPool } from "../run/pool.ts";
import type { Comparison, ComparisonEvent, ComparisonTask } from "./worker.ts";

export type { Comparison } from "./worker.ts";

/** Runs the comparison in a worker thread; `onStage` hears what it is at. */
export async function comparePca(
  task: Omit<ComparisonTask, "port">,
  onStage: (stage: string) => void = () => {},
): Promise<Comparison> {
  const pool = openPool(import.meta.url, "worker", 1);
  try {
    return await pool.run<typeof task, ComparisonEvent, Comparison>(task, {
      onEvent: ({ stage }) => onStage(stage),
    });
  } finally {
    await pool.close();
  }
}
