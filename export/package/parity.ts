// Runs a graph file in ONNX Runtime and holds its outputs against what tfjs computed.
import { basename } from "node:path";
import * as ort from "onnxruntime-node";
import { largestDifference } from "./compare.ts";
import type { Difference } from "./errors.ts";
import { GraphCheckError, ParityError } from "./errors.ts";
import type { GraphCheck, SampleData, Samples } from "./samples.ts";
import { cutSamples, sampleCount } from "./samples.ts";

/**
 * Runs all samples at once, then the first and the last alone, so that a graph with a fixed batch does not pass.
 * Gives back the largest absolute difference of all outputs.
 *
 * Rejects with `ParityError` above the tolerance, `GraphCheckError` where the graph cannot be run on the samples.
 */
export async function checkGraph(path: string, check: GraphCheck, tolerance: number): Promise<number> {
  const graph = basename(path);
  const count = sampleCount(check, graph);
  const session = await ort.InferenceSession.create(path, { logSeverityLevel: 4 }).catch((error: unknown) => {
    throw new GraphCheckError(`${graph}: ONNX Runtime cannot load it: ${message(error)}`);
  });
  try {
    const missing = session.outputNames.filter((name) => !(name in check.expected));
    if (missing.length > 0) {
      throw new GraphCheckError(
        `${graph}: check.expected lacks the output ${missing.join(", ")} of the graph`,
      );
    }
    let worst = 0;
    for (const [start, end] of [
      [0, count],
      [0, 1],
      [count - 1, count],
    ] as const) {
      const outputs = await run(session, cutSamples(check.feeds, start, end), graph);
      const differences = compareAll(outputs, cutSamples(check.expected, start, end), graph, start, end);
      const [largest] = differences.sort((a, b) => b.maxAbs - a.maxAbs);
      if (!largest) continue;
      if (!(largest.maxAbs <= tolerance)) throw new ParityError(largest, tolerance);
      worst = Math.max(worst, largest.maxAbs);
    }
    return worst;
  } finally {
    await session.release();
  }
}

async function run(
  session: ort.InferenceSession,
  feeds: Readonly<Record<string, Samples>>,
  graph: string,
): Promise<ort.InferenceSession.OnnxValueMapType> {
  const tensors = Object.entries(feeds).map(([name, samples]) => [name, toTensor(samples)] as const);
  try {
    return await session.run(Object.fromEntries(tensors));
  } catch (error) {
    const shapes = Object.entries(feeds).map(([name, { shape }]) => `${name} [${shape.join(", ")}]`);
    throw new GraphCheckError(`${graph}: cannot run on ${shapes.join(", ")}: ${message(error)}`);
  }
}

function compareAll(
  outputs: ort.InferenceSession.OnnxValueMapType,
  expected: Readonly<Record<string, Samples>>,
  graph: string,
  start: number,
  end: number,
): Difference[] {
  return Object.entries(expected).map(([output, wanted]) => {
    const tensor = outputs[output];
    if (!(tensor instanceof ort.Tensor)) {
      throw new GraphCheckError(
        `${graph}: has no output ${output}; it has ${Object.keys(outputs).join(", ")}`,
      );
    }
    if (tensor.dims.join() !== wanted.shape.join()) {
      throw new GraphCheckError(
        `${graph}: output ${output} has shape [${tensor.dims.join(", ")}]; expected [${wanted.shape.join(", ")}]`,
      );
    }
    const found = largestDifference(wanted, { data: values(tensor, graph, output), shape: tensor.dims });
    const [item = 0, ...rest] = found.index;
    return { ...found, index: [start + item, ...rest], graph, output, batchSize: end - start };
  });
}

function values(tensor: ort.Tensor, graph: string, output: string): SampleData {
  const { data } = tensor;
  if (
    data instanceof Float32Array ||
    data instanceof Float64Array ||
    data instanceof Int32Array ||
    data instanceof Uint8Array ||
    data instanceof BigInt64Array
  ) {
    return data;
  }
  throw new GraphCheckError(
    `${graph}: output ${output} is ${tensor.type}, which cannot be compared with tfjs`,
  );
}

function toTensor({ data, shape }: Samples): ort.Tensor {
  if (data instanceof Float32Array) return new ort.Tensor("float32", data, shape);
  if (data instanceof Float64Array) return new ort.Tensor("float64", data, shape);
  if (data instanceof Int32Array) return new ort.Tensor("int32", data, shape);
  if (data instanceof Uint8Array) return new ort.Tensor("uint8", data, shape);
  return new ort.Tensor("int64", data, shape);
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
