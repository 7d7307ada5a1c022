// Which backend tfjs has: asked before a step, changed when an engine comes or goes.
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../errors.ts";

/** @throws EngineError unless `backend` is tfjs's current one */
export function assertInUse(backend: string): void {
  const current = tf.getBackend();
  if (current !== backend) {
    throw new EngineError(
      `the step belongs to the ${backend} engine, but tfjs's backend is ${current}: call the engine's use() first`,
    );
  }
}

/** @throws EngineError where tfjs can't start the backend */
export async function switchTo(backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new EngineError(`tfjs can't start its ${backend} backend`);
}

/** Leaves `backend`, if it is the current one, for the one that is always there. */
export async function leave(backend: string): Promise<void> {
  if (tf.getBackend() === backend) await tf.setBackend("cpu");
}
