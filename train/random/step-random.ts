// Random numbers inside a compiled training step, all of which follow from the seed and the step's number.
//
// A table of random 32-bit integers, one for each element, stays the same for the whole run. In each step every draw
// gets fresh keys a (odd) and b from a generator seeded with (seed, step), and element i is a·tableᵢ + b modulo 2³²:
// multiply-add hashing, whose values are uniform, and independent for any two elements, steps or draws (Dietzfelbinger
// 1996, "Universal hashing and k-wise independent random variables via integer arithmetic without primes"). That is
// three integer operations an element, and exact on every backend: no product reaches 2⁵³, beyond which those that
// compute in JavaScript numbers would round.
import * as tf from "@tensorflow/tfjs";
import { seededRandom } from "../../data/index.ts";

/** Draws that a step can make; keys are cheap. */
const DRAWS = 64;
/** a is the product of two factors of so many bits: tables have 32, and 32 + 21 is 53. */
const FACTOR_BITS = 21;
/** Tells the streams of tables and of keys from others of the same seed. */
const [TABLES, KEYS] = [0x7ab1e, 0x5e75];

/** The tables of a run, made when first asked for. Dispose of them with the run. */
export class RandomTables {
  private readonly tables = new Map<number, tf.Tensor1D>();
  private readonly seed: number;

  constructor(seed: number) {
    this.seed = seed;
  }

  /** Random integers, one for each of `size` elements. */
  table(size: number): tf.Tensor1D {
    const known = this.tables.get(size);
    if (known) return known;
    const next = seededRandom(this.seed, TABLES, size);
    const table = tf.keep(tf.tensor1d(Int32Array.from({ length: size }, () => (next() * 2 ** 32) | 0)));
    this.tables.set(size, table);
    return table;
  }

  /** The keys of one step: an input of the compiled step, int32. */
  keys(step: number): tf.Tensor2D {
    const next = seededRandom(this.seed, KEYS, step);
    const factor = () => Math.floor(next() * 2 ** (FACTOR_BITS - 1)) * 2 + 1;
    const keys = new Int32Array(3 * DRAWS);
    for (let i = 0; i < keys.length; i += 3) keys.set([factor(), factor(), (next() * 2 ** 32) | 0], i);
    return tf.tensor2d(keys, [DRAWS, 3]);
  }

  dispose(): void {
    for (const table of this.tables.values()) table.dispose();
    this.tables.clear();
  }
}

/** The draws of one step, one after the other. Make one each time a step's function is called. */
export class StepRandom {
  private draws = 0;
  private readonly tables: RandomTables;
  private readonly keys: tf.Tensor2D;

  constructor(tables: RandomTables, keys: tf.Tensor2D) {
    this.tables = tables;
    this.keys = keys;
  }

  /** Uniform in (0, 1], in multiples of 2⁻²⁴ and finer below ½. Exactly the same on every backend. */
  uniform(shape: readonly number[]): tf.Tensor {
    return tf.tidy(() => {
      const [a, b, c] = tf.unstack(tf.reshape(this.nextKeys(), [3])) as [tf.Scalar, tf.Scalar, tf.Scalar];
      const bits = this.tables
        .table(tf.util.sizeFromShape([...shape]))
        .mul(a)
        .mul(b)
        .add(c);
      // The smallest integer, -2³¹, comes out as 2⁻²⁴: a logarithm can be taken of all.
      return bits
        .toFloat()
        .mul(2 ** -32)
        .add(0.5 + 2 ** -24)
        .reshape([...shape]);
    });
  }

  /** Normal, mean 0 and variance 1, by Box & Muller 1958; equal on all backends but for the rounding of functions. */
  normal(shape: readonly number[]): tf.Tensor {
    return tf.tidy(() => {
      const size = tf.util.sizeFromShape([...shape]);
      const pairs = Math.ceil(size / 2);
      const radius = this.uniform([pairs]).log().mul(-2).sqrt();
      const angle = this.uniform([pairs]).mul(2 * Math.PI);
      const both = tf.concat([radius.mul(angle.cos()), radius.mul(angle.sin())]);
      return (size === 2 * pairs ? both : both.slice(0, size)).reshape([...shape]);
    });
  }

  private nextKeys(): tf.Tensor2D {
    if (this.draws === DRAWS) throw new Error(`a training step draws more than ${DRAWS} times`);
    return this.keys.slice([this.draws++, 0], [1, 3]);
  }
}
