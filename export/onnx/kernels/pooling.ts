// Lowerings of maximum and average pooling, flat and three-dimensional.
import * as tf from '@tensorflow/tfjs';
import type { GraphBuilder } from '../graph/builder.ts';
import { sizeOf, type Value } from '../graph/value.ts';
import { input, type KernelCall, type Lowering, type LoweringTable } from './call.ts';
import {
  asGiven,
  channelsFirst,
  extent,
  onnxPads,
  padSpatial,
  slidingAttributes,
  type Window,
  window2D,
  window3D,
} from './window.ts';

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];

/** Geometry of a pooling kernel that reads a tensor of this shape. */
export type PoolGeometry = (call: KernelCall, shape: readonly number[]) => Window;

export const flat: PoolGeometry = (call, shape) => {
  const { filterSize, strides, pad, dimRoundingMode } = call.attrs as tf.MaxPoolAttrs;
  return window2D(tf.backend_util.computePool2DInfo(shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode));
};

export const volume: PoolGeometry = (call, shape) => {
  const { filterSize, strides, pad, dimRoundingMode, dataFormat } = call.attrs as tf.MaxPool3DAttrs;
  return window3D(
    tf.backend_util.computePool3DInfo(
      shape as Shape5,
      filterSize as [number, number, number],
      strides as [number, number, number],
      1,
      pad as 'valid' | 'same' | number,
      dimRoundingMode,
      dataFormat ?? 'NDHWC',
    ),
  );
};

/**
 * ONNX Runtime refuses padding as wide as the window, which 'ceil' rounding and wide numbers bring about. Then the
 * padding becomes a node of its own.
 */
export function padsFit(window: Window): boolean {
  const axes = window.input.length;
  return onnxPads(window).every((pad, i) => pad < extent(window, i % axes));
}

/** The padded input and the window over it, which needs no padding any more. */
export function paddedInput(g: GraphBuilder, x: Value, window: Window, value: number): [Value, Window] {
  const axes = window.input.length;
  const [begin, end] = [onnxPads(window).slice(0, axes), onnxPads(window).slice(axes)];
  const none = begin.map(() => 0);
  const sizes = window.input.map((size, i) => size + (begin[i] as number) + (end[i] as number));
  return [padSpatial(g, x, begin, end, value), { ...window, input: sizes, begin: none, end: none }];
}

/** Maximum pooling of [N, C, ...]. */
function maxPool(g: GraphBuilder, x: Value, window: Window): Value {
  if (padsFit(window)) return g.op('MaxPool', [x], slidingAttributes(window));
  const [padded, unpadded] = paddedInput(g, x, window, Number.NEGATIVE_INFINITY);
  return g.op('MaxPool', [padded], slidingAttributes(unpadded));
}

/** How many positions along each axis every window reads that are not padding; the product over the axes. */
export function windowCounts(window: Window): number[] {
  const perAxis = window.output.map((count, axis) => {
    const [size, stride, begin] = [window.input, window.strides, window.begin].map((all) => all[axis] as number);
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
  if (padsFit(window)) return g.op('AveragePool', [x], { ...slidingAttributes(window), count_include_pad: 0 });
  const [padded, unpadded] = paddedInput(g, x, window, 0);
  const means = g.op('AveragePool', [padded], slidingAttributes(unpadded));
  const share = windowCounts(window).map((count) => sizeOf(window.kernel) / count);
  return g.mul(means, g.numbers(share, [1, 1, ...window.output]));
}

/** Pools in float32, all that ONNX Runtime has for both kinds. */
const pooling =
  (geometry: PoolGeometry, pool: typeof maxPool): Lowering =>
  (call) => {
    const { g } = call;
    const x = input(call, 'x');
    const window = geometry(call, x.shape);
    return asGiven(g, pool(g, channelsFirst(g, g.cast(x, 'float32'), window), window), window);
  };

/** Flat pooling keeps the element type, three-dimensional pooling gives float32: so tfjs-backend-cpu. */
const keepingType =
  (lowering: Lowering): Lowering =>
  (call) =>
    call.g.cast(lowering(call) as Value, input(call, 'x').dtype);

/** Maxima, and where they are: (row·width + column)·channels + channel, from the batch's start or the sample's. */
const maxPoolWithArgmax: Lowering = (call) => {
  const { g } = call;
  const { includeBatchInIndex } = call.attrs as tf.MaxPoolWithArgmaxAttrs;
  const x = input(call, 'x');
  const window = flat(call, x.shape);
  const channels = x.shape[3] as number;
  const plane = sizeOf(window.input);
  const first = channelsFirst(g, g.cast(x, 'float32'), window);
  const [maxima, positions] = g.ops('MaxPool', [first], slidingAttributes(window), 2) as [Value, Value];
  // ONNX counts through [N, C, H, W].
  const whole = (n: number) => g.scalar(n, 'int64');
  const channel = g.numbers(
    Array.from({ length: channels }, (_, c) => c),
    [1, channels, 1, 1],
    'int64',
  );
  const inSample = g.add(g.mul(g.op('Mod', [positions, whole(plane)]), whole(channels)), channel);
  const sample = g.mul(g.div(positions, whole(plane * channels)), whole(plane * channels));
  const indexes = includeBatchInIndex ? g.add(inSample, sample) : inSample;
  return [g.cast(asGiven(g, maxima, window), x.dtype), g.cast(asGiven(g, indexes, window), 'int32')];
};

export const pools: LoweringTable = {
  MaxPool: keepingType(pooling(flat, maxPool)),
  AvgPool: keepingType(pooling(flat, averagePool)),
  MaxPool3D: pooling(volume, maxPool),
  AvgPool3D: pooling(volume, averagePool),
  MaxPoolWithArgmax: maxPoolWithArgmax,
};
