// Proof that an engine trains: a tiny step whose losses one can work out by hand.
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../errors.ts";
import type { Engine } from "./engine.ts";

const RATE = 0.01;

/** Steps to run: compiled steps warm up in three, and the fourth is a replay. */
const STEPS = 4;

/** GPUs round the factors of matrix products to 10 bits (TF32). */
const TOLERANCE = 0.01;

/**
 * Trains a matrix product and a convolution with SGD on squared outputs. Step n of x·w starts from
 * y(n) = y(0) · (1 − 2 · rate · x·x)ⁿ; that of the convolution likewise, with a mean over its equal outputs.
 *
 * @throws EngineError that says which loss came out wrong
 */
export async function proveEngine(engine: Engine): Promise<void> {
  await engine.use();
  const x = tf.tensor2d([[1, 2]]);
  const image = tf.ones<tf.Rank.R4>([1, 3, 3, 1]);
  const [weights, kernel] = tf.tidy(() => [
    tf.variable(tf.tensor2d([[3], [4]])),
    tf.variable(tf.fill<tf.Rank.R4>([2, 2, 1, 1], 0.5)),
  ]) as [tf.Variable<tf.Rank.R2>, tf.Variable<tf.Rank.R4>];
  const optimizer = tf.train.sgd(RATE);
  const step = engine.compile((input: tf.Tensor2D, picture: tf.Tensor4D) =>
    optimizer.minimize(
      () => {
        const product = tf.sum(tf.square(tf.matMul(input, weights)));
        const outputs = tf.conv2d(picture, kernel, 1, "valid");
        return tf.add(product, tf.mean(tf.square(outputs))) as tf.Scalar;
      },
      true,
      [weights, kernel],
    ),
  );
  try {
    for (let n = 0; n < STEPS; n++) {
      const [loss] = step(x, image);
      const actual = loss ? (await engine.read(loss))[0] : undefined;
      tf.dispose(loss ?? []);
      const expected = lossAt(n);
      if (actual === undefined || !(Math.abs(actual - expected) <= TOLERANCE * expected)) {
        throw new EngineError(
          `it computes the loss of step ${n + 1} as ${actual} instead of ${expected.toFixed(3)}`,
        );
      }
    }
  } finally {
    step.dispose();
    optimizer.dispose();
    tf.dispose([x, image, weights, kernel]);
  }
}

function lossAt(n: number): number {
  const product = 11 * (1 - 2 * RATE * 5) ** n;
  const outputs = 2 * (1 - 2 * RATE * 4) ** n;
  return product ** 2 + outputs ** 2;
}
