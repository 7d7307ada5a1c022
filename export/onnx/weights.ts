// Gives the values of a program's weights the names of their variables.
import type * as tf from "@tensorflow/tfjs";
import type { OnnxBackend } from "./backend.ts";

/** Moves weights to the onnx backend, where they are not yet, and names them. */
export function nameWeights(backend: OnnxBackend, weights: ReadonlyMap<string, tf.Tensor>): void {
  for (const [name, tensor] of weights) {
    const record = backend.recordOf(tensor.dataId);
    if (record.value.name !== name) record.value = { ...record.value, name };
  }
}
