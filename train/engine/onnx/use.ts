// Makes the onnx backend tfjs's current one, with an engine that computes.
import * as tf from "@tensorflow/tfjs";
import { onnxBackend } from "../../../export/onnx/backend.ts";
import type { SessionSettings } from "./compiled-program.ts";
import { OnnxEngine } from "./engine.ts";

let engine: OnnxEngine | undefined;

/** The engine in use. Throws when there is none. */
export function currentEngine(): OnnxEngine {
  if (!engine) throw new Error("no onnx engine is in use: call useOnnxEngine() first");
  return engine;
}

/**
 * Makes `onnx` tfjs's current backend: from now on tfjs code is recorded and computed by ONNX Runtime.
 *
 *     await useOnnxEngine();
 *     const y = tf.matMul(x, w);      // recorded
 *     await y.data();                 // compiled, run
 *
 * @param settings execution provider ("cpu" unless told) and threads (one per core unless told)
 */
export async function useOnnxEngine(settings: Partial<SessionSettings> = {}): Promise<OnnxEngine> {
  const backend = onnxBackend();
  engine?.dispose();
  engine = new OnnxEngine({ provider: "cpu", ...settings });
  backend.executor = engine;
  await tf.setBackend("onnx");
  return engine;
}
