// What our own layers are called with.
import * as tf from "@tensorflow/tfjs";
import { StepRandom } from "../random/step-random.ts";

/** Arguments of a layer's call beside its inputs, as tfjs hands them from a model to its layers. */
export type CallArguments = Parameters<tf.layers.Layer["call"]>[1];

/** Input `i` of a layer; tfjs passes a single one with or without a list around it. */
export function inputOf(inputs: tf.Tensor | tf.Tensor[], i = 0): tf.Tensor {
  const input = [inputs].flat()[i];
  if (!input) throw new Error(`the layer was called without its input ${i}`);
  return input;
}

/** The shape of input `i`, batch first. */
export function shapeOf(shape: tf.Shape | tf.Shape[], i = 0): tf.Shape {
  return Array.isArray(shape[0]) ? (shape[i] as tf.Shape) : (shape as tf.Shape);
}

export function isTraining(kwargs: CallArguments | undefined): boolean {
  return kwargs?.training === true;
}

/** How much of its warm-up a penalty has behind it, 0 to 1, where a training step passes it as `warmth`. */
export function warmthOf(kwargs: CallArguments): tf.Scalar | undefined {
  const warmth: unknown = kwargs.warmth;
  return warmth instanceof tf.Tensor ? (warmth as tf.Scalar) : undefined;
}

/** The step's random numbers, which a training step passes as `random` beside `training`. */
export function randomOf(kwargs: CallArguments, layer: string): StepRandom {
  const random: unknown = kwargs.random;
  if (random instanceof StepRandom) return random;
  throw new Error(
    `layer ${layer} is trained without random numbers: call the model with { training, random }`,
  );
}
