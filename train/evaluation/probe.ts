// How well a linear classifier can read classes from codes.
import * as tf from "@tensorflow/tfjs";
import { compile } from "../engine/onnx/compile.ts";
import type { Labelled } from "./knn.ts";
import { lbfgs } from "./lbfgs.ts";

/** Rows that go through one matrix product. */
const BLOCK = 10_000;

export interface ProbeOptions {
  /** Inverse strength of the L2 penalty, as in scikit-learn. Default 1. */
  readonly c?: number;
  /**
   * What a code's numbers are divided by, their means taken away: `each` by its own standard deviation, or `all` by the
   * root of their mean variance. The first makes as much of a unit that is seldom active as of others: of sparse codes
   * the second is the better reader. Default `each`.
   */
  readonly scale?: "each" | "all";
  /** Steps of L-BFGS at most. Default 200. */
  readonly iterations?: number;
  /** Called after each evaluation of the objective with the share that is done at most; may throw to stop. */
  readonly onProgress?: (share: number) => void;
}

export interface Probe {
  /** Of the test rows, share that is classified rightly, 0 to 1. */
  readonly accuracy: number;
  /** What was minimized, at its end: mean cross-entropy + ‖W‖² / (2·c·rows). */
  readonly objective: number;
  /** Whether L-BFGS came to its end. */
  readonly converged: boolean;
}

/**
 * Multinomial logistic regression on standardized codes, its L2 penalty not on the biases: scikit-learn's
 * `make_pipeline(StandardScaler(), LogisticRegression(C=c))`, with `scale: "all"` on codes divided by one number. Matrix products run on the onnx engine in use, L-BFGS in
 * float64.
 */
export async function probe(
  train: Labelled,
  test: Labelled,
  size: number,
  { c = 1, scale = "each", iterations = 200, onProgress = () => {} }: ProbeOptions = {},
): Promise<Probe> {
  const classes = [...new Set(Array.from(train.labels))].sort((a, b) => a - b);
  const rows = train.codes.length / size;
  const scaling = scalingOf(train.codes, size, scale);
  const model = new SoftmaxRegression(size, classes.length, rows, c);
  try {
    for (let start = 0; start < rows; start += BLOCK) {
      const end = Math.min(start + BLOCK, rows);
      const targets = Int32Array.from({ length: end - start }, (_, i) =>
        classes.indexOf(train.labels[start + i] as number),
      );
      model.add(standardize(train.codes.subarray(start * size, end * size), scaling), targets);
    }
    let evaluations = 0;
    const objectiveAt = (point: Float64Array) => {
      onProgress(Math.min(1, evaluations++ / iterations));
      return model.evaluate(point);
    };
    const start = new Float64Array((size + 1) * classes.length);
    const {
      point,
      value: objective,
      converged,
    } = await lbfgs(objectiveAt, start, { tolerance: 1e-4, iterations });
    const count = test.codes.length / size;
    let right = 0;
    for (let start = 0; start < count; start += BLOCK) {
      const block = test.codes.subarray(start * size, Math.min(start + BLOCK, count) * size);
      const predicted = await model.predict(standardize(block, scaling), point);
      predicted.forEach((number, i) => {
        if (classes[number] === test.labels[start + i]) right++;
      });
    }
    return { accuracy: right / count, objective, converged };
  } finally {
    model.dispose();
  }
}

/** Cross-entropy and its gradient over blocks of rows that stay the same. The point is W [size, classes], then b [classes]. */
class SoftmaxRegression {
  private readonly size: number;
  private readonly classes: number;
  private readonly rows: number;
  /** Of ‖W‖² in the objective. */
  private readonly penalty: number;
  private readonly blocks: { readonly x: tf.Tensor2D; readonly targets: tf.Tensor1D }[] = [];
  private readonly step = compile(
    (x: tf.Tensor2D, targets: tf.Tensor1D, w: tf.Tensor2D, b: tf.Tensor1D) => {
      const wanted = tf.oneHot(targets, b.size).toFloat();
      const logits = tf.matMul(x, w).add(b);
      const shifted = logits.sub(logits.max(1, true));
      const exponentials = shifted.exp();
      const sums = exponentials.sum(1, true);
      const errors = exponentials.div(sums).sub(wanted);
      const loss = sums.log().sum().sub(shifted.mul(wanted).sum());
      return [loss, tf.matMul(x, errors as tf.Tensor2D, true), errors.sum(0)];
    },
    { warmUp: false },
  );

  constructor(size: number, classes: number, rows: number, c: number) {
    this.size = size;
    this.classes = classes;
    this.rows = rows;
    this.penalty = 1 / (2 * c * rows);
  }

  add(x: Float32Array, targets: Int32Array): void {
    this.blocks.push({
      x: tf.tensor2d(x, [targets.length, this.size]),
      targets: tf.tensor1d(targets, "int32"),
    });
  }

  async evaluate(point: Float64Array): Promise<{ value: number; gradient: Float64Array }> {
    const [w, b] = this.parameters(point);
    const gradient = new Float64Array(point.length);
    const kernel = this.size * this.classes;
    let value = 0;
    for (const { x, targets } of this.blocks) {
      const results = this.step(x, targets, w, b);
      const [loss, ofKernel, ofBias] = await Promise.all(results.map((result) => result.data()));
      tf.dispose(results);
      value += loss?.[0] as number;
      for (let i = 0; i < kernel; i++) gradient[i] = (gradient[i] as number) + (ofKernel?.[i] as number);
      for (let i = 0; i < this.classes; i++)
        gradient[kernel + i] = (gradient[kernel + i] as number) + (ofBias?.[i] as number);
    }
    tf.dispose([w, b]);
    value /= this.rows;
    for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] as number) / this.rows;
    for (let i = 0; i < kernel; i++) {
      const weight = point[i] as number;
      value += this.penalty * weight * weight;
      gradient[i] = (gradient[i] as number) + 2 * this.penalty * weight;
    }
    return { value, gradient };
  }

  /** The most probable class of each row, by its place among the classes. */
  async predict(x: Float32Array, point: Float64Array): Promise<Int32Array> {
    const [w, b] = this.parameters(point);
    const best = tf.tidy(() =>
      tf
        .matMul(tf.tensor2d(x, [x.length / this.size, this.size]), w)
        .add(b)
        .argMax(1),
    );
    const numbers = (await best.data()) as Int32Array;
    tf.dispose([w, b, best]);
    return numbers;
  }

  dispose(): void {
    this.step.dispose();
    for (const { x, targets } of this.blocks) tf.dispose([x, targets]);
  }

  private parameters(point: Float64Array): [tf.Tensor2D, tf.Tensor1D] {
    const kernel = this.size * this.classes;
    return [
      tf.tensor2d(Float32Array.from(point.subarray(0, kernel)), [this.size, this.classes]),
      tf.tensor1d(Float32Array.from(point.subarray(kernel))),
    ];
  }
}

interface Scaling {
  readonly means: Float64Array;
  /** 1 where a number is always the same. */
  readonly deviations: Float64Array;
}

/** Of each of a code's numbers; two passes, so that large means lose nothing. */
function scalingOf(codes: Float32Array, size: number, scale: "each" | "all"): Scaling {
  const rows = codes.length / size;
  const means = new Float64Array(size);
  const squares = new Float64Array(size);
  codes.forEach((value, i) => {
    means[i % size] = (means[i % size] as number) + value / rows;
  });
  codes.forEach((value, i) => {
    squares[i % size] = (squares[i % size] as number) + (value - (means[i % size] as number)) ** 2 / rows;
  });
  const mean = squares.reduce((sum, square) => sum + square / size, 0);
  return { means, deviations: squares.map((square) => Math.sqrt(scale === "each" ? square : mean) || 1) };
}

function standardize(codes: Float32Array, { means, deviations }: Scaling): Float32Array {
  const size = means.length;
  return codes.map((value, i) => (value - (means[i % size] as number)) / (deviations[i % size] as number));
}
