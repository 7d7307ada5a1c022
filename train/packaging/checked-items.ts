// The real items on which a package's graphs are compared with tfjs.
import * as tf from "@tensorflow/tfjs";
import { type Dataset, itemSize } from "../../data/index.ts";
import type { Autoencoder } from "../architectures/index.ts";
import { Switches } from "../layers/max-switches.ts";
import { toUnitRange } from "../run/scale.ts";

const COUNT = 64;
/** Two values of a window that are nearer, relative to them, may change places where sums are rounded otherwise. */
const MARGIN = 1e-5;

/**
 * The first items, raw. Where the encoder gives switches, those are left out whose maxima rounding decides: two right
 * backends can then disagree on where a maximum was.
 */
export async function checkedItems(
  autoencoder: Autoencoder,
  dataset: Dataset,
): Promise<Uint8Array | Float32Array> {
  const items = await dataset.read(0, Math.min(COUNT, dataset.length));
  const size = itemSize(dataset.shape);
  const undecided = await undecidedItems(autoencoder, toUnitRange(items, dataset.range), items.length / size);
  const kept = Array.from({ length: items.length / size }, (_, i) => i).filter((i) => !undecided[i]);
  // One item says nothing of the batch.
  if (kept.length < 2 || kept.length === items.length / size) return items;
  const chosen = items.slice(0, kept.length * size);
  kept.forEach((item, row) => {
    chosen.set(items.subarray(item * size, (item + 1) * size), row * size);
  });
  return chosen;
}

/** For each item whether one of its windows is undecided; nothing for encoders without switches. */
async function undecidedItems(
  { encoder, itemShape }: Autoencoder,
  items: Float32Array,
  count: number,
): Promise<ArrayLike<number>> {
  const layers = encoder.layers.filter((layer) => layer instanceof Switches);
  if (layers.length === 0) return [];
  const outputs = layers.map((layer) => layer.input as tf.SymbolicTensor);
  const pooled = tf.model({ inputs: encoder.inputs, outputs });
  const found = tf.tidy(() => {
    const maps = [pooled.apply(tf.tensor(items, [count, ...itemShape]), { training: false })].flat();
    const each = layers.map((layer, i) => layer.undecided(maps[i] as tf.Tensor4D, MARGIN));
    return tf.addN(each.map((one) => one.toFloat()));
  });
  const values = await found.data();
  found.dispose();
  return values;
}
