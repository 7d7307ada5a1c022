// An ONNX graph in onnxruntime-web, as the runtime wants it.
import type { Env, InferenceSession, Tensor, TensorConstructor } from "onnxruntime-web";
import { InferenceError, reasonOf } from "../errors.ts";
import type { GraphSession, GraphTensor, Port } from "../graphs.ts";
import { SerialQueue } from "../serial.ts";
import type { BrowserDevice } from "./devices.ts";

export interface SessionOptions {
  readonly device: BrowserDevice;
  /** Threads of WebAssembly, where the page is cross-origin isolated. The first session's number holds for the page. */
  readonly threads?: number | undefined;
  readonly wasmPaths?: string | undefined;
}

interface Library {
  readonly env: Env;
  readonly InferenceSession: typeof InferenceSession;
  readonly Tensor: TensorConstructor;
}

/**
 * Imported when needed, so that a page without a GPU does not fetch what is for GPUs, and alone in its chunk: the
 * threads of WebAssembly load the chunk that holds the library.
 */
const libraries: Readonly<Record<BrowserDevice, () => Promise<Library>>> = {
  webgpu: () => import("onnxruntime-web/webgpu"),
  wasm: () => import("onnxruntime-web/wasm"),
};

/** One for the page: in onnxruntime-web neither two runs nor a run and a session's creation may overlap. */
const turns = new SerialQueue();

/** Rejects with ONNX Runtime's error where the graph is not valid or the device does not answer. */
export async function openSession(
  graph: Uint8Array,
  { device, threads, wasmPaths }: SessionOptions,
): Promise<GraphSession<Tensor>> {
  const library = await libraries[device]();
  const { env } = library;
  env.logLevel = "error";
  if (wasmPaths !== undefined) env.wasm.wasmPaths = wasmPaths;
  if (threads !== undefined && globalThis.crossOriginIsolated) env.wasm.numThreads = threads;
  const session = await turns.run(() =>
    library.InferenceSession.create(graph, { executionProviders: [device], logSeverityLevel: 3 }),
  );
  return {
    inputs: ports(session.inputMetadata),
    outputs: ports(session.outputMetadata),
    tensor: ({ data, shape }) => new library.Tensor(data, shape),
    async read(tensor): Promise<GraphTensor> {
      const data = await tensor.getData();
      if (data instanceof Float32Array || data instanceof Int32Array) {
        // A copy: WebAssembly's memory is used again by later runs, and may be shared between threads.
        return { data: data.slice(), shape: tensor.dims };
      }
      throw new InferenceError(`a graph's output is ${tensor.type}; expected float32 or int32`);
    },
    run: (feeds, outputs) =>
      turns.run(async () => {
        try {
          return await session.run(
            feeds,
            outputs.map(({ name }) => name),
          );
        } catch (error) {
          throw new InferenceError(`ONNX Runtime: ${reasonOf(error)}`);
        }
      }),
    release: () => turns.run(() => session.release()),
  };
}

function ports(metadata: readonly InferenceSession.ValueMetadata[]): ReadonlyMap<string, Port> {
  return new Map(
    metadata.map((port) => [
      port.name,
      port.isTensor ? { type: port.type, shape: port.shape } : { type: "not a tensor", shape: [] },
    ]),
  );
}
