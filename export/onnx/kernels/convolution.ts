// Lowerings of convolutions: plain, depthwise, three-dimensional, and fused with bias and activation.
import * as tf from "@tensorflow/tfjs";
import { dim } from "../graph/infer/shapes.ts";
import { sizeOf, type Value } from "../graph/value.ts";
import { activate } from "./activations.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";
import {
  asGiven,
  channelsFirst,
  slidingAttributes,
  type Window,
  window2D,
  window3D,
  withoutRest,
} from "./window.ts";

interface FusedAttrs {
  readonly activation?: string | null;
  readonly leakyreluAlpha?: number;
}

interface Convolution {
  readonly window: Window;
  /** ONNX kernels: [outChannels, inChannels / groups, ...kernel]. */
  readonly kernels: Value;
  readonly groups: number;
}

/** tfjs's [...kernel, inChannels, outChannels] as ONNX's [outChannels, inChannels, ...kernel]. */
export function onnxKernels({ g }: KernelCall, filter: Value): Value {
  const rank = filter.shape.length;
  return g.transpose(filter, [rank - 1, rank - 2, ...filter.shape.slice(2).map((_, i) => i)]);
}

/** tfjs's [height, width, channels, multiplier] as [channels·multiplier, 1, height, width]: one group a channel. */
export function depthwiseKernels({ g }: KernelCall, filter: Value): Value {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  return g.reshape(g.transpose(filter, [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
}

function plain(call: KernelCall): Convolution {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = call.attrs as tf.Conv2DAttrs;
  const [x, filter] = [input(call, "x"), call.g.cast(input(call, "filter"), "float32")];
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(dataFormat),
  );
  return { window: window2D(info), kernels: onnxKernels(call, filter), groups: 1 };
}

/** tfjs-backend-cpu reads NCHW as if it were NHWC here; this follows the documented meaning of dataFormat. */
function depthwise(call: KernelCall): Convolution {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } =
    call.attrs as tf.DepthwiseConv2dNativeAttrs;
  const [x, filter] = [input(call, "x"), call.g.cast(input(call, "filter"), "float32")];
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as [number, number, number, number],
    filter.shape as [number, number, number, number],
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    true,
    tf.backend_util.convertConv2DDataFormat(dataFormat ?? "NHWC"),
  );
  return { window: window2D(info), kernels: depthwiseKernels(call, filter), groups: info.inChannels };
}

function volume(call: KernelCall): Convolution {
  const { strides, pad, dilations } = call.attrs as tf.Conv3DAttrs;
  const [x, filter] = [input(call, "x"), call.g.cast(input(call, "filter"), "float32")];
  const info = tf.backend_util.computeConv3DInfo(
    x.shape as [number, number, number, number, number],
    filter.shape as [number, number, number, number, number],
    strides,
    dilations,
    pad,
  );
  return { window: window3D(info), kernels: onnxKernels(call, filter), groups: 1 };
}

/** A bias that is one number for each output channel (or for all), as a vector of them. */
function channelBias({ g }: KernelCall, bias: Value | undefined, channels: number): Value | undefined {
  if (!bias) return undefined;
  const size = sizeOf(bias.shape);
  const alongChannels = size === 1 || (size === channels && dim(bias.shape, -1) === channels);
  return alongChannels ? g.expand(g.reshape(bias, [size]), [channels]) : undefined;
}

function convolve(call: KernelCall, { window, kernels, groups }: Convolution, bias?: Value): Value {
  const { g } = call;
  const [x, over] = withoutRest(g, channelsFirst(g, g.cast(input(call, "x"), "float32"), window), window);
  const attributes = { ...slidingAttributes(over), ...(groups > 1 ? { group: groups } : {}) };
  const vector = channelBias(call, bias, dim(kernels.shape, 0));
  const y = asGiven(g, g.op("Conv", vector ? [x, kernels, vector] : [x, kernels], attributes), window);
  return bias && !vector ? g.add(y, bias) : y;
}

const convolution =
  (parse: (call: KernelCall) => Convolution): Lowering =>
  (call) =>
    call.g.cast(convolve(call, parse(call)), input(call, "x").dtype);

const fused =
  (parse: (call: KernelCall) => Convolution): Lowering =>
  (call) => {
    const { g } = call;
    const { activation, leakyreluAlpha } = call.attrs as FusedAttrs;
    const parsed = parse(call);
    const y = convolve(call, parsed, call.inputs.bias);
    const alpha = call.inputs.preluActivationWeights;
    // A vector of prelu weights counts channels, which NCHW does not have last.
    const perChannel = !parsed.window.channelsLast && alpha && alpha.shape.length === 1;
    const weights = perChannel ? g.reshape(alpha, [sizeOf(alpha.shape), 1, 1]) : alpha;
    return activate(call, y, activation, weights, leakyreluAlpha);
  };

export const convolutions: LoweringTable = {
  Conv2D: convolution(plain),
  DepthwiseConv2dNative: convolution(depthwise),
  Conv3D: convolution(volume),
  FusedConv2D: fused(plain),
  FusedDepthwiseConv2D: fused(depthwise),
};
