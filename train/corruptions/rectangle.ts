// An occluding rectangle, set to 0.
import * as tf from "@tensorflow/tfjs";
import type { StepRandom } from "../random/step-random.ts";
import { type Corruption, others, strengthOf } from "./corruption.ts";

/**
 * A rectangle of the image's proportions, whole within it, at a place drawn evenly for each item. A pixel belongs to
 * it when its centre does. Items are images [height, width, channels].
 */
export const rectangle: Corruption<"rectangle"> = (items, { strength }, random) => {
  const [height, width, channels] = items.shape as [number, number, number];
  const [batch] = items.values.shape;
  const area = strengthOf(strength, items, random);
  const side = typeof area === "number" ? tf.scalar(Math.sqrt(area)) : area.sqrt();
  const rows = spans(batch, height, side, random).reshape([batch, height, 1]);
  const columns = spans(batch, width, side, random).reshape([batch, 1, width]);
  const pixels = rows.mul(columns).reshape([batch, height * width]);
  const mask =
    channels === 1
      ? pixels
      : pixels
          .reshape([batch, height * width, 1])
          .mul(tf.ones([1, 1, channels]))
          .reshape(items.values.shape);
  return { values: items.values.mul(others(mask)), mask };
};

/** For each item 1 where a span of `share` of the length lies, else 0: [batch, length]. */
function spans(batch: number, length: number, share: tf.Tensor, random: StepRandom): tf.Tensor {
  const size = share.mul(length);
  const start = random.uniform([batch, 1]).mul(size.mul(-1).add(length));
  const centres = tf.range(0, length, 1, "float32").add(0.5).reshape([1, length]);
  return centres
    .greaterEqual(start)
    .logicalAnd(centres.less(start.add(size)))
    .toFloat();
}
