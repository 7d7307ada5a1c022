// An engine: who runs tfjs code, on which device.
import type * as tf from "@tensorflow/tfjs";
import type { CompiledStep, CompileOptions, Step } from "./step.ts";

export type EngineName = "onnx" | "webgpu" | "tensorflow";

/**
 * Who runs tfjs code. Open one with openEngine().
 *
 *     const { engine } = await openEngine("auto");
 *     await engine.use();
 *     const step = engine.compile((x: tf.Tensor2D) => optimizer.minimize(() => loss(x), true));
 *     const [loss] = step(batch);
 *     const [value] = await engine.read(loss);
 *     await engine.dispose();
 */
export interface Engine {
  readonly name: EngineName;
  /** What computes: `cpu`, `cuda`, or `webgpu: ` and the adapter's description. */
  readonly device: string;
  /** Whether the device is a GPU's imitation on the CPU, as SwiftShader is: right, but slower than the CPU itself. */
  readonly isSoftware: boolean;
  /** Threads within an operator, where they were given and the device has them. */
  readonly threads?: number;
  /**
   * A step as this engine runs it best: compiled by `onnx`, kernel by kernel by the others. Calling it while another
   * engine is tfjs's backend throws EngineError.
   */
  compile<I extends tf.Tensor[]>(step: Step<I>, options?: CompileOptions): CompiledStep<I>;
  /**
   * A float32 tensor over these values: the array itself where the engine allows it, which saves a copy, and the garbage
   * of copies. Leave the array as it is until the tensor is disposed of and all that was computed from it has been read.
   */
  tensorOver(values: Float32Array<ArrayBuffer>, shape: readonly number[]): tf.Tensor;
  /** The tensor's values; all engines have them, while `dataSync()` works on some alone. */
  read(tensor: tf.Tensor): Promise<tf.TypedArray>;
  /** Makes this engine tfjs's backend. */
  use(): Promise<void>;
  /**
   * Frees what the engine holds, its compiled steps included. tfjs goes back to its `cpu` backend where this engine
   * was in use. Tensors that are still here are lost.
   */
  dispose(): Promise<void>;
}
