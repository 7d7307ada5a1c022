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

/** Makes an engine compute what the onnx backend records, and that backend tfjs's current one. */
export async function useEngine(next: OnnxEngine): Promise<void> {
  engine = next;
  onnxBackend().executor = next;
  await tf.setBackend("onnx");
}

/** The onnx backend computes nothing from now on, if `former` is the engine in use. Whether it was. */
export function dropEngine(former: OnnxEngine): boolean {
  if (engine !== former) return false;
  engine = undefined;
  onnxBackend().executor = undefined;
  return true;
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
  engine?.dispose();
  const next = new OnnxEngine({ provider: "cpu", ...settings });
  await useEngine(next);
  return next;
}
