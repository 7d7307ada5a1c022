// One ONNX Runtime session, run synchronously.
//
// onnxruntime-node's public run() waits for a turn of the event loop and then blocks it for the whole run. A training
// step gains nothing from that turn, and a synchronous loop over tfjs optimizers would never give one: its recorded
// program would grow until the loop ends. So the engine uses the binding beneath, which run() itself calls. The
// package version is pinned, and the engine's tests fail when this contract changes.
import type { InferenceSession } from "onnxruntime-node";
import { type Fetches, newSession, type Tensors } from "../../../runtime/node/binding.ts";
import { forget } from "../../../runtime/node/forget.ts";
import { oneThreadAtATime } from "../../../runtime/node/one-thread.ts";

/** A compiled model. */
export class NativeSession {
  private readonly session = newSession();
  private readonly guard: <T>(task: () => T) => T;

  /** Compiles a model. Throws ONNX Runtime's error for a model it does not accept. */
  constructor(model: Uint8Array, options: InferenceSession.SessionOptions) {
    this.guard = options.executionProviders?.includes("webgpu") ? oneThreadAtATime : (task) => task();
    this.guard(() => this.session.loadModel(model.buffer, model.byteOffset, model.byteLength, options));
  }

  /** Runs to the end before it returns. A fetch that names a tensor is written into that tensor's data: read it there. */
  run(feeds: Tensors, fetches: Fetches): Tensors {
    const results = this.guard(() => this.session.run(feeds, fetches, {}));
    forgetDoubles(fetches, results);
    return results;
  }

  dispose(): void {
    this.guard(() => this.session.dispose());
  }
}

/**
 * For a fetch that is given, the binding makes a second ArrayBuffer over the same memory. V8 counts it as memory of its
 * own, megabytes at every step, and collects garbage until it is gone: a sixth of a training step's time. Its memory,
 * which is the fetch's, stays.
 */
function forgetDoubles(fetches: Fetches, results: Tensors): void {
  const doubles: ArrayBuffer[] = [];
  for (const [name, fetch] of Object.entries(fetches)) {
    const double = results[name]?.data;
    if (!fetch || !ArrayBuffer.isView(double) || !ArrayBuffer.isView(fetch.data)) continue;
    const { buffer } = double;
    if (buffer instanceof ArrayBuffer && buffer !== fetch.data.buffer) doubles.push(buffer);
  }
  forget(doubles);
}
