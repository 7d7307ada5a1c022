// writeReport(): a run as one page that opens anywhere.
import { openPool } from "../run/pool.ts";
import type { WrittenReport } from "./worker.ts";

export type { WrittenReport } from "./worker.ts";

/**
 * Writes report.html into the folder of a finished run, in a worker thread: curves, reconstructions, a map of codes,
 * filters, and what `evaluate` measured where evaluation.json is there. The file is whole, holds all it shows, and needs
 * neither network nor scripts.
 *
 *     const { path } = await writeReport("runs/mnist");
 *
 * @throws RunFolderError for a folder that holds no finished run, and the errors of packages and files
 */
export async function writeReport(folder: string): Promise<WrittenReport> {
  const pool = openPool(import.meta.url, "worker", 1);
  try {
    return await pool.run<{ folder: string }, never, WrittenReport>({ folder }, { onEvent: () => {} });
  } finally {
    await pool.close();
  }
}
