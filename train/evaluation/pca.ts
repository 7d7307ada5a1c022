// Principal component analysis of a dataset: the linear autoencoder that no other linear one can beat.
import * as tf from "@tensorflow/tfjs";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Rows that go through one matrix product. */
const BLOCK = 5000;

export interface Pca {
  /** Mean of each feature: [features]. */
  readonly mean: Float32Array;
  /** Orthonormal directions, largest variance first: [features, components], row-major. */
  readonly directions: Float32Array;
  readonly features: number;
  readonly components: number;
}

/**
 * Fits `components` principal components to `rows` of `features` numbers each (row-major): the eigenvectors of the
 * covariance with the largest eigenvalues (Pearson 1901). Rows may come in blocks. Matrix products run on tfjs's current
 * backend, sums over blocks are kept in float64.
 */
export async function fitPca(
  rows: Float32Array | AsyncIterable<Float32Array>,
  features: number,
  components: number,
): Promise<Pca> {
  let count = 0;
  const sums = new Float64Array(features);
  const products = new Float64Array(features * features);
  for await (const block of rows instanceof Float32Array ? blocksOf(rows, features) : rows) {
    count += block.length / features;
    const [sum, product] = tf.tidy(() => {
      const x = tf.tensor2d(block, [block.length / features, features]);
      return [x.sum(0), tf.matMul(x, x, true, false)] as const;
    });
    addTo(sums, await sum.data());
    addTo(products, await product.data());
    tf.dispose([sum, product]);
  }
  const mean = Float32Array.from(sums, (sum) => sum / count);
  const covariance = new Matrix(features, features);
  for (let i = 0; i < features; i++) {
    for (let j = 0; j < features; j++) {
      const product = products[i * features + j] as number;
      covariance.set(i, j, product / count - ((sums[i] as number) * (sums[j] as number)) / count ** 2);
    }
  }
  const { eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const directions = new Float32Array(features * components);
  for (let i = 0; i < features; i++) {
    for (let k = 0; k < components; k++) {
      // Eigenvalues come in ascending order.
      directions[i * components + k] = eigenvectorMatrix.get(i, features - 1 - k);
    }
  }
  return { mean, directions, features, components };
}

function* blocksOf(rows: Float32Array, features: number): Generator<Float32Array> {
  const size = BLOCK * features;
  for (let start = 0; start < rows.length; start += size) yield rows.subarray(start, start + size);
}

function addTo(sums: Float64Array, values: ArrayLike<number>): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (values[i] as number);
}

/** Each component's direction, [features], in the components' order. */
export function componentsOf({ directions, features, components }: Pca): Float32Array[] {
  return Array.from({ length: components }, (_, j) =>
    Float32Array.from({ length: features }, (_, i) => directions[i * components + j] as number),
  );
}

export interface Projection {
  /** Coordinates along the components: [rows, components]. */
  readonly codes: Float32Array;
  /** Squared distance of each row to its reconstruction. */
  readonly squaredErrors: Float32Array;
}

/** Projects rows. What the components do not hold is the squared length that projecting loses (Pythagoras). */
export async function projectPca(pca: Pca, rows: Float32Array): Promise<Projection> {
  const { features, components } = pca;
  const count = rows.length / features;
  const codes = new Float32Array(count * components);
  const squaredErrors = new Float32Array(count);
  for (let start = 0; start < count; start += BLOCK) {
    const block = rows.subarray(start * features, Math.min(start + BLOCK, count) * features);
    const [code, error] = tf.tidy(() => {
      const x = tf.tensor2d(block, [block.length / features, features]).sub(tf.tensor1d(pca.mean));
      const z = tf.matMul(x, tf.tensor2d(pca.directions, [features, components]));
      return [z, x.square().sum(1).sub(z.square().sum(1))] as const;
    });
    codes.set((await code.data()) as Float32Array, start * components);
    squaredErrors.set((await error.data()) as Float32Array, start);
    tf.dispose([code, error]);
  }
  return { codes, squaredErrors };
}

/** Rows [count, features] from coordinates along the components [count, components]. */
export async function reconstructPca(pca: Pca, codes: Float32Array): Promise<Float32Array> {
  const { features, components } = pca;
  const rows = tf.tidy(() => {
    const z = tf.tensor2d(codes, [codes.length / components, components]);
    return tf.matMul(z, tf.tensor2d(pca.directions, [features, components]), false, true).add(pca.mean);
  });
  const values = (await rows.data()) as Float32Array;
  rows.dispose();
  return values;
}
