// An ONNX graph in onnxruntime-node, as the runtime wants it.
import * as ort from "onnxruntime-node";
import { InferenceError } from "../errors.ts";
import type { GraphSession, GraphTensor, Port } from "../graphs.ts";
import type { Device } from "../types.ts";

export interface SessionOptions {
  readonly device: Device;
  /** Threads within an operator. Default: ONNX Runtime's own, one per core. */
  readonly threads?: number | undefined;
}

/** Rejects with ONNX Runtime's error where the graph is not valid or the device does not answer. */
export async function openSession(
  graph: Uint8Array,
  { device, threads }: SessionOptions,
): Promise<GraphSession<ort.Tensor>> {
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: [device],
    logSeverityLevel: 4,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  });
  return {
    inputs: ports(session.inputMetadata),
    outputs: ports(session.outputMetadata),
    tensor: ({ data, shape }) =>
      data instanceof Float32Array
        ? new ort.Tensor("float32", data, shape)
        : new ort.Tensor("uint8", data, shape),
    async read(tensor): Promise<GraphTensor> {
      const data = await tensor.getData();
      // A copy of its own buffer: results are handed between threads, and ONNX Runtime's memory must stay here.
      if (data instanceof Float32Array) return { data: new Float32Array(data), shape: tensor.dims };
      if (data instanceof Uint8Array) return { data: new Uint8Array(data), shape: tensor.dims };
      throw new InferenceError(`a graph's output is ${tensor.type}; expected float32 or uint8`);
    },
    async run(feeds) {
      try {
        return await session.run(feeds);
      } catch (error) {
        throw new InferenceError(`ONNX Runtime: ${error instanceof Error ? error.message : error}`);
      }
    },
    release: () => session.release(),
  };
}

function ports(metadata: readonly ort.InferenceSession.ValueMetadata[]): ReadonlyMap<string, Port> {
  return new Map(
    metadata.map((port) => [
      port.name,
      port.isTensor ? { type: port.type, shape: port.shape } : { type: "not a tensor", shape: [] },
    ]),
  );
}
