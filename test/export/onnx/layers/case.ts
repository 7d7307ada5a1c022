// What a layer's export is tried on.
import * as tf from "@tensorflow/tfjs";
import type { ConvertibleProgram } from "../../../../export/onnx/index.ts";
import { floats, ints, random, type TensorData } from "../../../helpers/kernels.ts";

/** Makes the feed of one input, from its full shape. */
export type MakeFeed = (shape: readonly number[], seed: number) => TensorData;

export interface LayerCase {
  /** Shapes of the inputs, without the batch. */
  readonly shapes: readonly (readonly number[])[];
  readonly build: () => ConvertibleProgram;
  readonly feed: MakeFeed;
  /** What to compare with, where tfjs-backend-cpu computes something else than the layer says. */
  readonly reference?: (program: ConvertibleProgram) => ConvertibleProgram;
}

/** By name in `tf.layers`, then by what is special. */
export type LayerCases = Readonly<Record<string, Readonly<Record<string, LayerCase>>>>;

interface Options {
  readonly dtype?: tf.DataType;
  readonly feed?: MakeFeed;
}

type Shape = readonly number[];
type Applied = tf.SymbolicTensor | tf.SymbolicTensor[];

/** A model that does something with one input of this shape (without the batch). */
export function built(
  shape: Shape,
  apply: (x: tf.SymbolicTensor) => tf.Tensor | tf.Tensor[] | Applied,
  { dtype = "float32", feed = floats }: Options = {},
): LayerCase {
  const build = () => {
    const x = tf.input({ shape: [...shape], dtype });
    return tf.model({ inputs: x, outputs: apply(x) as Applied });
  };
  return { shapes: [shape], build, feed };
}

/** A model of one layer. */
export function on(shape: Shape, make: () => tf.layers.Layer, options: Options = {}): LayerCase {
  return built(shape, (x) => make().apply(x), options);
}

/** A model of one layer that takes several inputs. */
export function onAll(shapes: readonly Shape[], make: () => tf.layers.Layer): LayerCase {
  const build = () => {
    const inputs = shapes.map((shape) => tf.input({ shape: [...shape] }));
    return tf.model({ inputs, outputs: make().apply(inputs) as tf.SymbolicTensor });
  };
  return { shapes, build, feed: floats };
}

/** A function that calls a layer: what is left for layers that fail within tfjs's own models. */
export function called(shape: Shape, make: () => tf.layers.Layer): LayerCase {
  const build = () => {
    const layer = make();
    return (x: tf.Tensor) => layer.apply(x) as tf.Tensor;
  };
  return { shapes: [shape], build, feed: floats };
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
