// How near a variant's outputs are to those of its float32 graph, both run in ONNX Runtime on the same samples.
import * as ort from "onnxruntime-node";
import type { Samples } from "../samples.ts";
import { VariantError } from "./errors.ts";

/** Values by the names of a graph's inputs or outputs. */
export type NamedSamples = Readonly<Record<string, Samples>>;

export interface Fidelity {
  /** Largest absolute difference of all float outputs. */
  readonly maxAbs: number;
  readonly meanAbs: number;
  /** Mean over the samples of the cosine between what a variant gives and what float32 gives; the worst output's. */
  readonly cosine: number;
  /** How many samples were compared. */
  readonly items: number;
}

/** Runs a graph on the CPU. Rejects with `VariantError` where it cannot be loaded or run. */
export async function runGraph(
  bytes: Uint8Array,
  feeds: NamedSamples,
  fileName: string,
): Promise<NamedSamples> {
  const failed = (what: string) => (error: unknown) => {
    throw new VariantError(
      `${fileName}: ONNX Runtime cannot ${what} it: ${error instanceof Error ? error.message : error}`,
    );
  };
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 }).catch(failed("load"));
  try {
    const tensors = session.inputMetadata.map((port) => {
      const samples = feeds[port.name];
      if (!samples) throw new VariantError(`${fileName}: there are no samples for its input ${port.name}`);
      return [port.name, toTensor(samples, port.isTensor ? port.type : "float32")] as const;
    });
    const outputs = await session.run(Object.fromEntries(tensors)).catch(failed("run"));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data, dims }]) => [
        name,
        { data: data as Samples["data"], shape: dims },
      ]),
    );
  } finally {
    await session.release();
  }
}

/** Compares the float outputs; others, such as positions of maxima, have no distance. */
export function measureFidelity(expected: NamedSamples, actual: NamedSamples, fileName: string): Fidelity {
  let maxAbs = 0;
  let sum = 0;
  let values = 0;
  let cosine = 1;
  let items = 0;
  for (const [name, wanted] of Object.entries(expected)) {
    const got = actual[name]?.data;
    if (!(wanted.data instanceof Float32Array)) continue;
    if (!(got instanceof Float32Array) || got.length !== wanted.data.length) {
      throw new VariantError(`${fileName}: output ${name} is not that of the float32 graph`);
    }
    const bad = got.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new VariantError(
        `${fileName}: output ${name} is ${got[bad]} where float32 gives ${wanted.data[bad]}; expected a finite number`,
      );
    }
    wanted.data.forEach((value, i) => {
      const difference = Math.abs(value - (got[i] as number));
      maxAbs = Math.max(maxAbs, difference);
      sum += difference;
    });
    values += got.length;
    items = wanted.shape[0] ?? 1;
    cosine = Math.min(cosine, meanCosine(wanted.data, got, items));
  }
  return { maxAbs, meanAbs: values === 0 ? 0 : sum / values, cosine, items };
}

/** Of two rows that are both zero it is 1, and 0 where only one of them is. */
function meanCosine(a: Float32Array, b: Float32Array, items: number): number {
  const size = a.length / items;
  let total = 0;
  for (let item = 0; item < items; item++) {
    let [dot, aa, bb] = [0, 0, 0];
    for (let i = item * size; i < (item + 1) * size; i++) {
      const [x, y] = [a[i] as number, b[i] as number];
      dot += x * y;
      aa += x * x;
      bb += y * y;
    }
    if (aa > 0 && bb > 0) total += dot / Math.sqrt(aa * bb);
    else if (aa === bb) total += 1;
  }
  return total / items;
}

/** A graph may declare float32 and still take raw bytes as numbers. */
function toTensor({ data, shape }: Samples, type: string): ort.Tensor {
  if (type === "float32" && data instanceof Uint8Array) {
    return new ort.Tensor("float32", Float32Array.from(data), shape);
  }
  // The constructor's overloads want the type as a literal that belongs to the array's class.
  return new ort.Tensor(type as "float32", data as Float32Array, shape);
}
