// Steps on engines without a compiler: run kernel by kernel, as tfjs does by itself.
import * as tf from "@tensorflow/tfjs";
import { assertInUse } from "./backend.ts";
import type { CompiledStep, Step } from "./step.ts";

/** The step throws EngineError when called while another backend than `backend` is tfjs's current one. */
export function eagerStep<I extends tf.Tensor[]>(backend: string, step: Step<I>): CompiledStep<I> {
  const call = (...inputs: I): tf.Tensor[] => {
    assertInUse(backend);
    return [tf.tidy(() => step(...inputs) ?? [])].flat();
  };
  return Object.assign(call, { mode: () => ({ mode: "eager" }) as const, dispose: () => {} });
}
