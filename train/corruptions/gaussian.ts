// Normal noise, added.
import * as tf from "@tensorflow/tfjs";
import { type Corruption, strengthOf } from "./corruption.ts";

/** x + σ·n. The result may leave [0, 1]. */
export const gaussian: Corruption<"gaussian"> = (items, { strength }, random) => {
  const noise = random.normal(items.values.shape).mul(strengthOf(strength, items, random));
  return { values: items.values.add(noise), mask: tf.onesLike(items.values) };
};
