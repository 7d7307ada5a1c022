// Lowerings of maximum and average pooling, flat and three-dimensional.
import * as tf from "@tensorflow/tfjs";
import type { GraphBuilder } from "../graph/builder.ts";
import { sizeOf, type Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";
import {
  asGiven,
  channelsFirst,
  extent,
  onnxPads,
  slidingAttributes,
  tapSlices,
  type Window,
  window2D,
  window3D,
  withoutRest,
} from "./window.ts";

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];

/** Geometry of a pooling kernel that reads a tensor of this shape. */
export type PoolGeometry = (call: KernelCall, shape: readonly number[]) => Window;

export const flat: PoolGeometry = (call, shape) => {
  const { filterSize, strides, pad, dimRoundingMode } = call.attrs as tf.MaxPoolAttrs;
  return window2D(
    tf.backend_util.computePool2DInfo(shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode),
  );
};

export const volume: PoolGeometry = (call, shape) => {
  const { filterSize, strides, pad, dimRoundingMode, dataFormat } = call.attrs as tf.MaxPool3DAttrs;
  return window3D(
    tf.backend_util.computePool3DInfo(
      shape as Shape5,
      filterSize as [number, number, number],
      strides as [number, number, number],
      1,
      pad as "valid" | "same" | number,
      dimRoundingMode,
      dataFormat ?? "NDHWC",
    ),
  );
};

/**
 * ONNX Runtime refuses padding as wide as the window, which 'ceil' rounding and wide numbers bring about; a Pad node in
 * front would not help, as it fuses the two. Such windows are read tap by tap.
 */
export function padsFit(window: Window): boolean {
  const axes = window.input.length;
  return onnxPads(window).every((pad, i) => pad < extent(window, i % axes));
}

/** Maximum pooling of [N, C, ...]. */
function maxPool(g: GraphBuilder, x: Value, window: Window): Value {
  if (padsFit(window)) return g.op("MaxPool", [x], slidingAttributes(window));
  return g.op("Max", tapSlices(g, x, window, Number.NEGATIVE_INFINITY));
}

/** How many positions along each axis every window reads that are not padding; the product over the axes. */
export function windowCounts(window: Window): number[] {
  const perAxis = window.output.map((count, axis) => {
    const [size, stride, begin] = [window.input, window.strides, window.begin].map(
      (all) => all[axis] as number,
    );
    return Array.from({ length: count }, (_, p) => {
      const start = p * (stride as number) - (begin as number);
      const stop = Math.min(start + extent(window, axis), size as number);
      return Math.max(0, stop - Math.max(0, start));
    });
  });
  return perAxis.reduce((counts, axis) => counts.flatMap((count) => axis.map((n) => count * n)), [1]);
}

/** Means of what is not padding. */
function averagePool(g: GraphBuilder, x: Value, window: Window): Value {
  if (padsFit(window))
    return g.op("AveragePool", [x], { ...slidingAttributes(window), count_include_pad: 0 });
  const parts = windowCounts(window).map((count) => 1 / count);
  return g.mul(g.op("Sum", tapSlices(g, x, window)), g.numbers(parts, [1, 1, ...window.output]));
}

/** Pools in float32, all that ONNX Runtime has for both kinds. */
const pooling =
  (geometry: PoolGeometry, pool: typeof maxPool): Lowering =>
  (call) => {
    const { g } = call;
    const x = input(call, "x");
    const window = geometry(call, x.shape);
    const first = channelsFirst(g, g.cast(x, "float32"), window);
    return asGiven(g, pool(g, ...withoutRest(g, first, window)), window);
  };

/** Flat pooling keeps the element type, three-dimensional pooling gives float32: so tfjs-backend-cpu. */
const keepingType =
  (lowering: Lowering): Lowering =>
  (call) =>
    call.g.cast(lowering(call) as Value, input(call, "x").dtype);

/** Maxima, and where they are: (row·width + column)·channels + channel, from the batch's start or the sample's. */
const maxPoolWithArgmax: Lowering = (call) => {
  const { g } = call;
  const { includeBatchInIndex, pad } = call.attrs as tf.MaxPoolWithArgmaxAttrs;
  const x = input(call, "x");
  const window = flat(call, x.shape);
  if (!padsFit(window)) throw new Error(`MaxPoolWithArgmax: padding ${pad} is as wide as the window`);
  const channels = x.shape[3] as number;
  const [height, width] = window.input as [number, number];
  const [first, over] = withoutRest(g, channelsFirst(g, g.cast(x, "float32"), window), window);
  const [maxima, positions] = g.ops("MaxPool", [first], slidingAttributes(over), 2) as [Value, Value];
  // ONNX counts through [N, C, H, W].
  const whole = (n: number) => g.scalar(n, "int64");
  const columns = whole(over.input[1] as number);
  const plane = whole(sizeOf(over.input));
  const inPlane = g.op("Mod", [positions, plane]);
  const pixel = g.add(g.mul(g.div(inPlane, columns), whole(width)), g.op("Mod", [inPlane, columns]));
  const channel = g.numbers(
    Array.from({ length: channels }, (_, c) => c),
    [1, channels, 1, 1],
    "int64",
  );
  const inSample = g.add(g.mul(pixel, whole(channels)), channel);
  const sample = g.div(positions, whole(sizeOf(over.input) * channels));
  const start = g.mul(sample, whole(height * width * channels));
  const indexes = includeBatchInIndex ? g.add(inSample, start) : inSample;
  return [g.cast(asGiven(g, maxima, window), x.dtype), g.cast(asGiven(g, indexes, window), "int32")];
};

export const pools: LoweringTable = {
  MaxPool: keepingType(pooling(flat, maxPool)),
  AvgPool: keepingType(pooling(flat, averagePool)),
  MaxPool3D: pooling(volume, maxPool),
  AvgPool3D: pooling(volume, averagePool),
  MaxPoolWithArgmax: maxPoolWithArgmax,
};
