// The native part of onnxruntime-node, which its public API calls.
//
// The public run() waits for a turn of the event loop first, which here has been waited for already, and copies what it
// is given from object to object. The package's version is pinned, and tests fail when this contract changes.
import { createRequire } from "node:module";
import type { InferenceSession, Tensor } from "onnxruntime-node";

export type Tensors = Readonly<Record<string, Tensor>>;

/** Outputs that are wanted; null where the binding is to make the tensor. */
export type Fetches = Readonly<Record<string, Tensor | null>>;

export interface RawPort {
  readonly name: string;
  readonly isTensor: boolean;
  /** Number of a type in onnx.proto's TensorProto.DataType. */
  readonly type?: number;
  /** -1 where a dimension is free. */
  readonly shape?: readonly number[];
  /** Names of free dimensions. */
  readonly symbolicDimensions?: readonly string[];
}

export interface NativeSession {
  readonly inputMetadata: readonly RawPort[];
  readonly outputMetadata: readonly RawPort[];
  loadModel(
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
    options: InferenceSession.SessionOptions,
  ): void;
  /** Blocks until it is done. Writes into the tensors that `fetches` names, and gives others over the same memory. */
  run(feeds: Tensors, fetches: Fetches, options: object): Tensors;
  dispose(): void;
}

interface Binding {
  readonly binding: { readonly InferenceSession: new () => NativeSession };
  initOrt(): void;
}

/**
 * Option of a session. Its threads wait for the next operator in a loop, which keeps runs fast that follow each other at
 * once. Unless told they go on for up to 50 ms, each on a core that the next graph's threads, or JavaScript's, have need
 * of: a reconstruction took twice as long, training 4 % (onnxruntime_session_options_config_keys.h).
 */
export const briefSpin: InferenceSession.SessionOptions = {
  extra: { session: { intra_op: { spin_duration_us: "200" } } },
};

let loaded: Binding | undefined;

/** An empty session; `loadModel` fills it. */
export function newSession(): NativeSession {
  loaded ??= createRequire(import.meta.url)("onnxruntime-node/dist/binding.js") as Binding;
  loaded.initOrt();
  return new loaded.binding.InferenceSession();
}
