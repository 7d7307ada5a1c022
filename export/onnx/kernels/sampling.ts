// Lowering of drawing classes by their probabilities.
import type * as tf from "@tensorflow/tfjs";
import { dim } from "../graph/infer/shapes.ts";
import { type Shape, sizeOf, type Value } from "../graph/value.ts";
import { input, type Lowering, type LoweringTable } from "./call.ts";

/**
 * Numbers in [0, 1) from a seed (mulberry32), drawn when the call is recorded, as tf.randomUniform draws its own: equal
 * seeds give equal samples, and the program stays the same when the seed differs.
 */
function uniform(seed: number, shape: Shape): Value {
  const [low, high] = new Uint32Array(Float64Array.of(seed).buffer) as unknown as [number, number];
  let state = (low ^ Math.imul(high, 0x9e3779b1)) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    dtype: "float32",
    shape,
    source: { kind: "buffer", data: Float32Array.from({ length: sizeOf(shape) }, next) },
  };
}

/**
 * Draws by the inverse of the distribution function: as many classes as have their sum of probabilities at or below a
 * uniform number come before the one drawn. Rows are independent; in tfjs-backend-cpu all rows share their numbers.
 */
const multinomial: Lowering = (call) => {
  const { g } = call;
  const { numSamples, seed, normalized } = call.attrs as tf.MultinomialAttrs;
  const logits = g.cast(input(call, "logits"), "float32");
  const probabilities = normalized ? logits : g.op("Softmax", [logits], { axis: -1 });
  const sums = g.op("CumSum", [probabilities, g.scalar(1, "int64")]);
  // The last class needs no sum: it is drawn where none of the others is, also when rounding leaves a gap below 1.
  const bounds = g.op("Unsqueeze", [g.slice(sums, [0], [-1], [1]), g.ints([1])]);
  const drawn = uniform(seed, [dim(logits.shape, 0), numSamples, 1]);
  return g.reduceSum(g.cast(g.op("LessOrEqual", [bounds, drawn]), "int32"), [2]);
};

export const sampling: LoweringTable = { Multinomial: multinomial };
