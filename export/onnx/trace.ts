// Runs a tfjs program once on the onnx backend with placeholders for its inputs and keeps what was recorded.
import * as tf from "@tensorflow/tfjs";
import { type OnnxBackend, onnxBackend } from "./backend.ts";
import { ExportArgumentError } from "./errors.ts";
import type { GraphBuilder } from "./graph/builder.ts";
import type { ElementType, Value } from "./graph/value.ts";

/** An output with the name that the program has for it; not unique by itself. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

/** A program ready to be called: outputs from tensors, in the order of its inputs. */
export type Callable = (inputs: readonly tf.Tensor[]) => readonly NamedTensor[];

export interface Placeholder {
  readonly name: string;
  /** The model input's element type and shape. */
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  /** Nodes between the model's input and the tensor that the program gets (scaling, layout). */
  readonly prepare?: (g: GraphBuilder, input: Value) => Value;
}

/** What one call recorded. */
export interface Trace {
  /** The model's inputs, by name. */
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: readonly TracedOutput[];
}

export interface TracedOutput {
  readonly name: string;
  readonly value: Value;
}

/**
 * Runs `body` with the onnx backend as tfjs's current one and nothing computed meanwhile, then restores the former
 * backend. Everything between is synchronous, so calls don't get in each other's way.
 */
export async function whileRecording<T>(body: (backend: OnnxBackend) => T): Promise<T> {
  const backend = onnxBackend();
  await tf.ready();
  const former = tf.getBackend();
  if (former !== "onnx") await tf.setBackend("onnx");
  try {
    // Captured tensors count with their data, not with the program that made them.
    await backend.executor?.flush(backend);
    return backend.recording(() => body(backend));
  } finally {
    if (former !== "onnx") await tf.setBackend(former);
  }
}

/** Records one call of a program. Only to be used within `whileRecording`. */
export function trace(backend: OnnxBackend, program: Callable, placeholders: readonly Placeholder[]): Trace {
  const inputs = new Map<string, Value>();
  const tensors = placeholders.map(({ name, dtype, shape, prepare }) => {
    const value: Value = { dtype, shape, source: { kind: "input" }, name };
    inputs.set(name, value);
    const given = prepare ? prepare(backend.builder, value) : value;
    return tf.engine().makeTensorFromTensorInfo(backend.keep(given));
  });
  try {
    const outputs: TracedOutput[] = [];
    tf.tidy(() => {
      for (const output of program(tensors)) outputs.push(traced(backend, output));
    });
    return { inputs, outputs };
  } finally {
    tf.dispose(tensors);
  }
}

function traced(backend: OnnxBackend, { name, tensor }: NamedTensor): TracedOutput {
  if (!(tensor instanceof tf.Tensor)) {
    throw new ExportArgumentError(`output "${name}" is ${typeof tensor}, expected a tensor`);
  }
  if (tensor.dtype === "complex64" || tensor.dtype === "string") {
    throw new ExportArgumentError(`output "${name}" is ${tensor.dtype}, which ONNX models can't return`);
  }
  return { name, value: backend.recordOf(tensor.dataId).value };
}
