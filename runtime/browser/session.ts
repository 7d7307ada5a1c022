// An ONNX graph in onnxruntime-web, as the runtime wants it.
import type { Env, InferenceSession, Tensor, TensorConstructor } from "onnxruntime-web";
import { InferenceError, reasonOf } from "../errors.ts";
import type { GraphSession } from "../graphs.ts";
import { SerialQueue } from "../serial.ts";
import type { BrowserDevice } from "./devices.ts";

interface SessionOptions {
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
  device: BrowserDevice,
  { threads, wasmPaths }: SessionOptions,
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
    inputs: session.inputMetadata,
    outputs: session.outputMetadata,
    tensor: ({ data, shape }) => new library.Tensor(data, shape),
    // ONNX Runtime has copied the values out of WebAssembly's memory (`run` in its wasm-core-impl.ts).
    read: async (tensor) => ({ data: await tensor.getData(), shape: tensor.dims }),
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
