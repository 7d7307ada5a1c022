// How well a code tells classes apart, by the labels of its nearest neighbours.
import * as tf from "@tensorflow/tfjs";

/** Queries whose distances to all points are computed at once. */
const BLOCK = 250;
/** Codes of so few numbers are subtracted: |p|² - 2·q·p would round what is small beside |p|². */
const FEW = 4;

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
 *
 * Throws `RangeError` where there are fewer than k points.
 */
export async function knnAccuracy(
  points: Labelled,
  queries: Labelled,
  size: number,
  k: number,
): Promise<number> {
  return accuracyOf(points, queries, size, k, (nearest) => nearest.slice(0, k));
}

/**
 * The same of points among themselves: each is asked for its k nearest others.
 *
 * Throws `RangeError` where there are not more than k points.
 */
export async function leaveOneOutAccuracy(points: Labelled, size: number, k: number): Promise<number> {
  return accuracyOf(points, points, size, k + 1, (nearest, query) =>
    nearest.filter((point) => point !== query).slice(0, k),
  );
}

/** `choose` takes those that vote from the `count` nearest points. */
async function accuracyOf(
  points: Labelled,
  queries: Labelled,
  size: number,
  count: number,
  choose: (nearest: Int32Array, query: number) => Int32Array,
): Promise<number> {
  const rows = points.codes.length / size;
  if (rows < count)
    throw new RangeError(`${rows} points have no ${count} nearest; expected at least as many`);
  const total = queries.codes.length / size;
  const nearness = size <= FEW ? byDifferences(points.codes, size) : byProducts(points.codes, size);
  let right = 0;
  try {
    for (let start = 0; start < total; start += BLOCK) {
      const block = queries.codes.subarray(start * size, Math.min(start + BLOCK, total) * size);
      const nearest = tf.tidy(() => {
        const q = tf.tensor2d(block, [block.length / size, size]);
        return tf.topk(nearness.of(q), count).indices;
      });
      const indices = (await nearest.data()) as Int32Array;
      nearest.dispose();
      for (let i = 0; i < block.length / size; i++) {
        const votes = choose(indices.subarray(i * count, (i + 1) * count), start + i);
        if (majority(votes, points.labels) === queries.labels[start + i]) right++;
      }
    }
  } finally {
    nearness.dispose();
  }
  return right / total;
}

/** Numbers [queries, points] that are larger the nearer a point is to a query. */
interface Nearness {
  of(queries: tf.Tensor2D): tf.Tensor;
  dispose(): void;
}

function byProducts(codes: Float32Array, size: number): Nearness {
  const rows = tf.tensor2d(codes, [codes.length / size, size]);
  const lengths = tf.tidy(() => rows.square().sum(1).reshape([1, -1]));
  return {
    of: (queries) => tf.matMul(queries, rows, false, true).mul(2).sub(lengths),
    dispose: () => tf.dispose([rows, lengths]),
  };
}

function byDifferences(codes: Float32Array, size: number): Nearness {
  const columns = Array.from({ length: size }, (_, d) =>
    tf.tensor2d(
      Float32Array.from({ length: codes.length / size }, (_, i) => codes[i * size + d] as number),
      [1, codes.length / size],
    ),
  );
  return {
    of: (queries) =>
      tf.addN(columns.map((column, d) => queries.slice([0, d], [-1, 1]).sub(column).square())).neg(),
    dispose: () => tf.dispose(columns),
  };
}

function majority(indices: ArrayLike<number>, labels: ArrayLike<number>): number {
  const votes = new Map<number, number>();
  for (let i = 0; i < indices.length; i++) {
    const label = labels[indices[i] as number] as number;
    votes.set(label, (votes.get(label) ?? 0) + 1);
  }
  return [...votes].sort(([a, m], [b, n]) => n - m || a - b)[0]?.[0] ?? -1;
}
