// An ONNX graph in onnxruntime-node, as the runtime wants it: run synchronously, outputs written where they stay.
import { Tensor } from "onnxruntime-node";
import { sizeOf } from "../arrays.ts";
import { InferenceError } from "../errors.ts";
import type { GraphSession, Port, PortSpec } from "../graphs.ts";
import { briefSpin, newSession, type RawPort, type Tensors } from "./binding.ts";
import type { NodeDevice } from "./devices.ts";
import { forgetArray } from "./forget.ts";
import { oneThreadAtATime } from "./one-thread.ts";

export interface SessionOptions {
  readonly device: NodeDevice;
  /** Threads within an operator. Default: ONNX Runtime's own, one per core. */
  readonly threads?: number | undefined;
}

/** Throws ONNX Runtime's error where the graph is not valid or the device does not answer. Runs block this thread. */
export function openSession(graph: Uint8Array, { device, threads }: SessionOptions): GraphSession<Tensor> {
  const guard = device === "webgpu" ? oneThreadAtATime : <R>(task: () => R) => task();
  const session = newSession();
  guard(() =>
    session.loadModel(graph.buffer, graph.byteOffset, graph.byteLength, {
      executionProviders: [device],
      logSeverityLevel: 4,
      ...briefSpin,
      ...(threads !== undefined && { intraOpNumThreads: threads }),
    }),
  );
  return {
    inputs: ports(session.inputMetadata),
    outputs: ports(session.outputMetadata),
    tensor({ data, shape }) {
      if (data instanceof Float32Array) return new Tensor("float32", data, shape);
      if (data instanceof Int32Array) return new Tensor("int32", data, shape);
      return new Tensor("uint8", data, shape);
    },
    read: async ({ data, dims }) => ({ data, shape: dims }),
    async run(feeds, outputs, count) {
      const fetches: Record<string, Tensor> = {};
      for (const output of outputs) fetches[output.name] = emptyTensor(output, count);
      try {
        forgetDoubles(guard(() => session.run(feeds, fetches, {})));
      } catch (error) {
        throw new InferenceError(`ONNX Runtime: ${error instanceof Error ? error.message : error}`);
      }
      return fetches;
    },
    async release() {
      guard(() => session.dispose());
    },
  };
}

/** Memory as it is: all of it will be written, and to fill it with zeros before takes as long as a small graph. */
function emptyTensor({ dtype, shape }: PortSpec, count: number): Tensor {
  const whole = [count, ...shape];
  const { buffer } = Buffer.allocUnsafeSlow(4 * sizeOf(whole));
  return dtype === "int32"
    ? new Tensor(dtype, new Int32Array(buffer), whole)
    : new Tensor(dtype, new Float32Array(buffer), whole);
}

/**
 * For an output whose memory is given, the binding makes a second ArrayBuffer over that memory. V8 counts it as memory
 * of its own until it is collected.
 */
function forgetDoubles(results: Tensors): void {
  for (const { data } of Object.values(results)) if (ArrayBuffer.isView(data)) forgetArray(data);
}

/** The types that graphs of packages may have, by their numbers in onnx.proto. */
const types: Readonly<Record<number, string>> = {
  ...{ 1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string" },
  ...{ 9: "bool", 10: "float16", 11: "float64", 12: "uint32", 13: "uint64" },
};

function ports(metadata: readonly RawPort[]): readonly Port[] {
  return metadata.map(({ name, isTensor, type = 0, shape = [], symbolicDimensions = [] }) => {
    if (!isTensor) return { name };
    return {
      name,
      type: types[type] ?? `of type ${type}`,
      shape: shape.map((d, i) => (d < 0 ? (symbolicDimensions[i] ?? "") : d)),
    };
  });
}
