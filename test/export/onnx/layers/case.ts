// What a layer's export is tried on.
import * as tf from "@tensorflow/tfjs";
import { floats, ints, random, type TensorData } from "../../../helpers/kernels.ts";

/** Makes the feed of one model input, from its full shape. */
export type MakeFeed = (shape: readonly number[], seed: number) => TensorData;

export interface LayerCase {
  readonly build: () => tf.LayersModel;
  readonly feed: MakeFeed;
}

/** By name in `tf.layers`, then by what is special. */
export type LayerCases = Readonly<Record<string, Readonly<Record<string, LayerCase>>>>;

interface Options {
  readonly dtype?: tf.DataType;
  readonly feed?: MakeFeed;
}

/** A model of one layer on an input of this shape (without the batch). */
export function on(
  shape: readonly number[],
  make: () => tf.layers.Layer,
  { dtype = "float32", feed = floats }: Options = {},
): LayerCase {
  const build = () => {
    const x = tf.input({ shape: [...shape], dtype });
    return tf.model({ inputs: x, outputs: make().apply(x) as tf.SymbolicTensor });
  };
  return { build, feed };
}

/** A model of one layer that takes several inputs. */
export function onAll(shapes: readonly (readonly number[])[], make: () => tf.layers.Layer): LayerCase {
  const build = () => {
    const inputs = shapes.map((shape) => tf.input({ shape: [...shape] }));
    return tf.model({ inputs, outputs: make().apply(inputs) as tf.SymbolicTensor });
  };
  return { build, feed: floats };
}

/** Whole numbers from 0 up to, not including, `end`. */
export const indices =
  (end: number): MakeFeed =>
  (shape, seed) =>
    ints(shape, seed, 0, end);

/** Gives a model repeatable weights that keep every part of a layer visible; variances are positive. */
export function seedWeights(model: tf.LayersModel): void {
  const next = random(20);
  const values = model.weights.map(({ name, shape }) => {
    const size = tf.util.sizeFromShape(shape as number[]);
    const isVariance = name.includes("variance");
    const data = Float32Array.from({ length: size }, () => (isVariance ? 0.2 + next() : next() - 0.4));
    return tf.tensor(data, shape as number[]);
  });
  model.setWeights(values);
  tf.dispose(values);
}

/** Feeds for a batch, one per input. */
export function feedsOf(model: tf.LayersModel, feed: MakeFeed, batch: number): TensorData[] {
  return model.inputs.map(({ shape }, i) => feed([batch, ...(shape.slice(1) as number[])], 5 + i));
}
