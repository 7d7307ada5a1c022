// Exports for tests: sources and packages whose codes one can work out in one's head.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { exportFeatures, type FeatureEvent, type FeatureOptions, readFeatures } from "../../export/index.ts";
import type { ModelSpec } from "./onnx-models.ts";
import { tinyEncoder, writeTinyPackage } from "./tiny-autoencoder.ts";

/**
 * Writes a package that takes rows of four floats, which are not scaled: its codes are their means, two by two.
 *
 * @param nodes another way to the codes, with the constants `weights` of the means, `one`, `large` (2,500) and `two`
 */
export function writeFloatPackage(
  folder: string,
  nodes: ModelSpec["nodes"] = [["MatMul", "input weights", "codes"]],
): Promise<string> {
  return writeTinyPackage(folder, {
    encoder: {
      ...tinyEncoder,
      inputs: { input: ["float32", ["batch", 4]] },
      nodes,
      constants: {
        weights: { data: Float32Array.of(0.5, 0, 0.5, 0, 0, 0.5, 0, 0.5), shape: [4, 2] },
        one: { data: Float32Array.of(1), shape: [] },
        large: { data: Float32Array.of(2500), shape: [] },
        two: { data: BigInt64Array.of(2n), shape: [1] },
      },
    },
    decoder: {
      inputs: { codes: ["float32", ["batch", 2]] },
      outputs: { reconstruction: ["float32", ["batch", 4]] },
      nodes: [["MatMul", "codes weights", "reconstruction"]],
      constants: { weights: { data: Float32Array.of(1, 1, 0, 0, 0, 0, 1, 1), shape: [2, 4] } },
    },
    manifest: {
      input: { shape: [4], dtype: "float32", range: [0, 1], layout: "flat" },
      outputs: {
        codes: { shape: [2], dtype: "float32" },
        reconstruction: { shape: [4], dtype: "float32", range: [0, 1] },
      },
    },
  });
}

/** All rows of a set. */
export async function rowsOf(out: string) {
  const rows: { id: string; code: number[]; label: unknown; kept: Record<string, unknown> }[] = [];
  for await (const { ids, codes, shape, labels, kept } of readFeatures(out)) {
    ids.forEach((id, i) => {
      const code = [...codes.subarray(i * shape[1], (i + 1) * shape[1])];
      const cells = Object.fromEntries(Object.entries(kept).map(([name, values]) => [name, values[i]]));
      rows.push({ id, code, label: labels?.[i], kept: cells });
    });
  }
  return rows;
}

/** Names and contents, but for how long shards took. */
export async function contentOf(out: string): Promise<Record<string, string>> {
  const names = (await readdir(out)).sort();
  const entries = names.map(async (name) => {
    const text = await readFile(join(out, name), "latin1");
    return [name, text.replace(/"seconds": [\d.e-]+/, "")] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Starts an export into small shards. */
export function runExport(
  packageFolder: string,
  source: string,
  out: string,
  options: Partial<FeatureOptions> = {},
) {
  const events: FeatureEvent[] = [];
  const done = exportFeatures(packageFolder, source, {
    ...{ shardSize: 30, batchSize: 8, device: "cpu", out, onEvent: (event) => events.push(event) },
    ...options,
  });
  return { done, events };
}
