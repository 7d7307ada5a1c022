// What a training step is, and what an engine makes of it.
import type * as tf from "@tensorflow/tfjs";

export type Step<I extends tf.Tensor[]> = (...inputs: I) => tf.Tensor | tf.Tensor[] | null | undefined;

export interface CompileOptions {
  /** False for a step that makes no variables: its first call is then recorded like the others. Default true. */
  readonly warmUp?: boolean;
}

/** How a compiled step runs for one set of input shapes. */
export interface StepMode {
  /**
   * `compiled`: one session run a call. `recorded`: recorded anew at every call. `warming up`: not decided yet.
   * `eager`: kernel by kernel, as tfjs does by itself, on engines that have no compiler.
   */
  readonly mode: "warming up" | "compiled" | "recorded" | "eager";
  /** Why the step can't be replayed, where it can't. */
  readonly reason?: string;
}

export interface CompiledStep<I extends tf.Tensor[]> {
  /** Runs the step. The returned tensors are the caller's to dispose of. */
  (...inputs: I): tf.Tensor[];
  /** How calls with inputs of these shapes run; of the last call's shapes unless told. */
  mode(...shapes: number[][]): StepMode;
  /** Frees the compiled sessions. */
  dispose(): void;
}
