// Sliding windows of convolutions and pooling: their geometry, their layouts, and their elements tap by tap.
//
// A window has `taps`: the kernel's positions, row by row. Output position p reads, for tap t, the input position
// p·stride - begin + t·dilation.
import type { backend_util } from "@tensorflow/tfjs";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Attributes, Value } from "../graph/value.ts";

/** Geometry along the spatial axes (two or three of them). Independent of the batch size. */
export interface Window {
  readonly channelsLast: boolean;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding in front of and behind the input. */
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

export function window2D(info: backend_util.Conv2DInfo): Window {
  const { padInfo } = info;
  return {
    channelsLast: info.dataFormat === "channelsLast",
    input: [info.inHeight, info.inWidth],
    output: [info.outHeight, info.outWidth],
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    begin: [padInfo.top, padInfo.left],
    end: [padInfo.bottom, padInfo.right],
  };
}

/**
 * tfjs-core's 3-D geometry pads 'same' by a negative number where a stride is larger than the kernel, which shifts the
 * window; TensorFlow's definition, and tfjs-core's own in 2-D, pad by max(0, ...).
 */
export function window3D(info: backend_util.Conv3DInfo): Window {
  const { padInfo } = info;
  return {
    channelsLast: info.dataFormat === "channelsLast",
    input: [info.inDepth, info.inHeight, info.inWidth],
    output: [info.outDepth, info.outHeight, info.outWidth],
    kernel: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    begin: [padInfo.front, padInfo.top, padInfo.left].map((pad) => Math.max(0, pad)),
    end: [padInfo.back, padInfo.bottom, padInfo.right].map((pad) => Math.max(0, pad)),
  };
}

/**
 * The window with the output sizes that a gradient really has: tfjs-core's gradients forget the forward kernel's
 * dimRoundingMode, so that the geometry they ask for can be one row short.
 */
export function withOutputOf(window: Window, dy: Value): Window {
  const output = window.channelsLast ? dy.shape.slice(1, -1) : dy.shape.slice(2);
  return { ...window, output };
}

/** [N, ..., C] as [N, C, ...], or as it is where channels come first already. */
export function channelsFirst(g: GraphBuilder, x: Value, { channelsLast }: Window): Value {
  if (!channelsLast) return x;
  const spatial = x.shape.slice(2).map((_, i) => i + 1);
  return g.transpose(x, [0, x.shape.length - 1, ...spatial]);
}

/** The inverse of `channelsFirst`. */
export function asGiven(g: GraphBuilder, x: Value, { channelsLast }: Window): Value {
  if (!channelsLast) return x;
  const spatial = x.shape.slice(2).map((_, i) => i + 2);
  return g.transpose(x, [0, ...spatial, 1]);
}

/** Positions from the first to the last element a window touches along an axis. */
export function extent({ kernel, dilations }: Window, axis: number): number {
  return ((kernel[axis] as number) - 1) * (dilations[axis] as number) + 1;
}

/** Padding behind the input that the last window reaches into; negative where input is left over. */
export function reach(window: Window, axis: number): number {
  const { input, output, strides, begin } = window;
  const last = ((output[axis] as number) - 1) * (strides[axis] as number) + extent(window, axis);
  return last - (begin[axis] as number) - (input[axis] as number);
}

/**
 * The input [N, C, ...] without what lies a stride or more behind the last window, where ONNX would put one more.
 * That much is left over with numeric padding only, for which tfjs-core derives both output sizes from the height's
 * kernel and stride.
 */
export function withoutRest(g: GraphBuilder, x: Value, window: Window): [Value, Window] {
  const sizes = window.input.map((size, axis) => {
    const rest = -reach(window, axis);
    return rest < (window.strides[axis] as number) ? size : size - rest;
  });
  if (sizes.every((size, axis) => size === window.input[axis])) return [x, window];
  const axes = sizes.map((_, axis) => axis + 2);
  return [
    g.slice(
      x,
      sizes.map(() => 0),
      sizes,
      axes,
    ),
    { ...window, input: sizes },
  ];
}

/** ONNX `pads` that give exactly the window's output sizes: the declared padding where that does. */
export function onnxPads(window: Window): number[] {
  const ends = window.input.map((size, axis) => {
    const declared = window.end[axis] as number;
    const free = size + (window.begin[axis] as number) + declared - extent(window, axis);
    const sizeSoDeclared = Math.floor(free / (window.strides[axis] as number)) + 1;
    return sizeSoDeclared === window.output[axis] ? declared : Math.max(0, reach(window, axis));
  });
  return [...window.begin, ...ends];
}

export function slidingAttributes(window: Window): Attributes {
  const dilated = window.dilations.some((dilation) => dilation !== 1);
  return {
    kernel_shape: window.kernel,
    strides: window.strides,
    pads: onnxPads(window),
    ...(dilated ? { dilations: window.dilations } : {}),
  };
}

/** Where each tap lies in the kernel, row by row: [0, 0], [0, 1], ... */
export function taps({ kernel }: Window): number[][] {
  return kernel.reduce<number[][]>(
    (heads, size) => heads.flatMap((head) => Array.from({ length: size }, (_, i) => [...head, i])),
    [[]],
  );
}

/** Pads spatial axes of [N, C, ...]: `begin` in front, `end` behind. */
export function padSpatial(
  g: GraphBuilder,
  x: Value,
  begin: readonly number[],
  end: readonly number[],
  value = 0,
): Value {
  return g.pad(x, [0, 0, ...begin, 0, 0, ...end], value);
}

/**
 * For each tap, what all windows read there: values [N, C, ...output] of x [N, C, ...input].
 *
 * Stepping through the innermost axis copies number by number. Where ONNX has an operator that sorts pixels by their
 * position within a stride (two axes, one stride), it is faster to do that once and cut whole rows.
 */
export function tapSlices(g: GraphBuilder, x: Value, window: Window, padding = 0): Value[] {
  const { strides, dilations, output, begin, input } = window;
  const [stride = 1] = strides;
  const sorted =
    stride > 1 && strides.length === 2 && strides[1] === stride && dilations.every((d) => d === 1);
  const end = input.map((size, axis) => {
    const behind = Math.max(0, reach(window, axis));
    const total = size + (begin[axis] as number) + behind;
    return sorted ? behind + Math.ceil(total / stride) * stride - total : behind;
  });
  const padded = padSpatial(g, x, begin, end, padding);
  const spatial = output.map((_, axis) => axis + 2);
  if (!sorted) {
    return taps(window).map((tap) => {
      const starts = tap.map((at, axis) => at * (dilations[axis] as number));
      const ends = starts.map(
        (start, axis) => start + ((output[axis] as number) - 1) * (strides[axis] as number) + 1,
      );
      return g.slice(padded, starts, ends, spatial, strides.every((s) => s === 1) ? undefined : strides);
    });
  }
  const channels = x.shape[1] as number;
  const phases = g.op("SpaceToDepth", [padded], { blocksize: stride });
  return taps(window).map((tap) => {
    const [row, column] = tap.map((at) => at % stride) as [number, number];
    const channel = (row * stride + column) * channels;
    const starts = tap.map((at) => Math.floor(at / stride));
    const ends = starts.map((start, axis) => start + (output[axis] as number));
    return g.slice(phases, [channel, ...starts], [channel + channels, ...ends], [1, ...spatial]);
  });
}

/**
 * The transposed convolution that takes [N, C, ...output] back to [N, C, ...input].
 * Input behind the last window gets zeros: ONNX Runtime's output_padding gives fewer than a stride of them.
 */
export function transposedConvolution(
  g: GraphBuilder,
  x: Value,
  kernels: Value,
  window: Window,
  groups = 1,
): Value {
  const { kernel, strides, dilations, begin } = window;
  const behind = window.input.map((_, axis) => reach(window, axis));
  const most = strides.map((stride, axis) => Math.max(stride, dilations[axis] as number) - 1);
  const left = behind.map((pad) => Math.max(0, -pad));
  const outputPadding = left.map((size, axis) => Math.min(size, most[axis] as number));
  const dilated = dilations.some((dilation) => dilation !== 1);
  const spread = g.op("ConvTranspose", [x, kernels], {
    kernel_shape: kernel,
    strides,
    pads: [...begin, ...behind.map((pad) => Math.max(0, pad))],
    output_padding: outputPadding,
    ...(dilated ? { dilations } : {}),
    ...(groups > 1 ? { group: groups } : {}),
  });
  const missing = left.map((size, axis) => size - (outputPadding[axis] as number));
  return padSpatial(
    g,
    spread,
    missing.map(() => 0),
    missing,
  );
}

/**
 * Adds what each tap sends back, a list of [N, C, ...output], into the input's positions, [N, C, ...input]: a transposed
 * convolution of single planes whose kernels are one tap each.
 */
export function scatterTaps(g: GraphBuilder, perTap: readonly Value[], window: Window): Value {
  const count = perTap.length;
  const planes = g.concat(
    perTap.map((value) => g.op("Reshape", [value, g.ints([-1, 1, ...window.output])])),
    1,
  );
  const oneTapEach = Array.from({ length: count * count }, (_, i) => (i % (count + 1) === 0 ? 1 : 0));
  const kernels = g.numbers(oneTapEach, [count, 1, ...window.kernel]);
  const spread = transposedConvolution(g, planes, kernels, window);
  return g.reshape(spread, [...(perTap[0] as Value).shape.slice(0, 2), ...window.input]);
}
