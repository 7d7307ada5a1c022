// Normal noise, added.
import * as tf from "@tensorflow/tfjs";
import { type Corruption, strengthOf } from "./corruption.ts";

/** x + σ·n. Without `clip` the result may leave [0, 1]. */
export const gaussian: Corruption<"gaussian"> = (items, { strength, clip }, random) => {
  const noise = random.normal(items.values.shape).mul(strengthOf(strength, items, random));
  const noisy = items.values.add(noise);
  return { values: clip ? noisy.clipByValue(0, 1) : noisy, mask: tf.onesLike(items.values) };
};
