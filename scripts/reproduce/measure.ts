// What experiments measure of a package, by the runtime that apps use.
import { openSource } from "../../data/index.ts";
import { loadRuntime } from "../../runtime/index.ts";

/** Squared error summed over an item's values (in the model's range), mean over all items of a source. */
export async function sse(packageFolder: string, source: string): Promise<number> {
  const dataset = await openSource(source);
  const runtime = await loadRuntime(packageFolder);
  try {
    const { reconstruction, error } = await runtime.reconstruct(await dataset.read(0, dataset.length));
    const size = reconstruction.data.length / error.length;
    return (size * error.reduce((sum, one) => sum + one, 0)) / error.length;
  } finally {
    await runtime.dispose();
    await dataset.close?.();
  }
}
