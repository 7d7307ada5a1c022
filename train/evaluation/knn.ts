// How well a code tells classes apart, by the labels of its nearest neighbours.
import * as tf from "@tensorflow/tfjs";

/** Queries whose distances to all points are computed at once. */
const BLOCK = 250;

export interface Labelled {
  /** [rows, size], row-major. */
  readonly codes: Float32Array;
  /** One class per row, from 0. */
  readonly labels: ArrayLike<number>;
}

/**
 * Share of queries (0 to 1) whose class is the most frequent one among the k nearest points by Euclidean distance;
 * between equally frequent classes the smaller number wins, as in scikit-learn's KNeighborsClassifier.
 *
 * Distances are computed on tfjs's current backend as |p|² - 2·q·p, which orders points as |q - p|² does.
 */
export async function knnAccuracy(
  points: Labelled,
  queries: Labelled,
  size: number,
  k: number,
): Promise<number> {
  const rows = tf.tensor2d(points.codes, [points.codes.length / size, size]);
  const lengths = tf.tidy(() => rows.square().sum(1).reshape([1, -1]));
  await lengths.data();
  const count = queries.codes.length / size;
  let right = 0;
  for (let start = 0; start < count; start += BLOCK) {
    const block = queries.codes.subarray(start * size, Math.min(start + BLOCK, count) * size);
    const nearest = tf.tidy(() => {
      const q = tf.tensor2d(block, [block.length / size, size]);
      return tf.topk(tf.matMul(q, rows, false, true).mul(2).sub(lengths), k).indices;
    });
    const indices = await nearest.data();
    nearest.dispose();
    for (let i = 0; i < block.length / size; i++) {
      const votes = indices.subarray(i * k, (i + 1) * k);
      if (majority(votes, points.labels) === queries.labels[start + i]) right++;
    }
  }
  tf.dispose([rows, lengths]);
  return right / count;
}

function majority(indices: ArrayLike<number>, labels: ArrayLike<number>): number {
  const votes = new Map<number, number>();
  for (let i = 0; i < indices.length; i++) {
    const label = labels[indices[i] as number] as number;
    votes.set(label, (votes.get(label) ?? 0) + 1);
  }
  return [...votes].sort(([a, m], [b, n]) => n - m || a - b)[0]?.[0] ?? -1;
}
