// Lowerings of the gradients of convolutions; the one for the input is also the transposed convolution.
import * as tf from "@tensorflow/tfjs";
import { sizeOf, type Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";
import { depthwiseKernels, onnxKernels } from "./convolution.ts";
import {
  asGiven,
  channelsFirst,
  tapSlices,
  transposedConvolution,
  type Window,
  window2D,
  window3D,
  withOutputOf,
} from "./window.ts";

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];

/** Taps that one matrix product takes together: enough to keep it busy, few enough to bound its memory. */
const TAPS_AT_ONCE = 9;

interface Gradient {
  readonly window: Window;
  readonly filterShape: readonly number[];
  /** One for a plain convolution, as many as channels for a depthwise one. */
  readonly groups: number;
}

/** Geometry from the shapes of the convolution's input and filter. */
type Parse = (call: KernelCall, inputShape: readonly number[], filterShape: readonly number[]) => Gradient;

const plain: Parse = (call, inputShape, filterShape) => {
  const { strides, pad, dataFormat, dimRoundingMode } = call.attrs as tf.Conv2DBackpropFilterAttrs;
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as Shape4,
    filterShape as Shape4,
    strides,
    1,
    pad,
    dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(dataFormat),
  );
  return { window: window2D(info), filterShape, groups: 1 };
};

const depthwise: Parse = (call, inputShape, filterShape) => {
  const { strides, pad, dilations, dimRoundingMode } =
    call.attrs as tf.DepthwiseConv2dNativeBackpropFilterAttrs;
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as Shape4,
    filterShape as Shape4,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    true,
  );
  return { window: window2D(info), filterShape, groups: info.inChannels };
};

const volume: Parse = (call, inputShape, filterShape) => {
  const { strides, pad } = call.attrs as tf.Conv3DBackpropFilterV2Attrs;
  const info = tf.backend_util.computeConv3DInfo(
    inputShape as Shape5,
    filterShape as Shape5,
    strides,
    1,
    pad,
  );
  return { window: window3D(info), filterShape, groups: 1 };
};

/**
 * dW[t, i, o] = Σ_n Σ_p x[n, i, p·stride + t]·dy[n, o, p]: for each sample the product of what the windows read
 * (taps·channels × positions) with the output's gradient (positions × channels), summed over the samples.
 *
 * Measured against a Conv with dy as its kernel and dilations = strides: as fast with stride 2, twice as fast with
 * stride 1; one Gemm a tap on [N, H, W, C] is faster only where the data already lies so, which it does not between
 * convolutions.
 */
const forFilter =
  (parse: Parse): Lowering =>
  (call) => {
    const { g } = call;
    const { filterShape } = call.attrs as { filterShape: readonly number[] };
    const [x, dy] = [g.cast(input(call, "x"), "float32"), g.cast(input(call, "dy"), "float32")];
    const parsed = parse(call, x.shape, filterShape);
    const window = withOutputOf(parsed.window, dy);
    const { groups } = parsed;
    const positions = sizeOf(window.output);
    const grouped = (value: Value) => {
      const [batch, channels] = value.shape as [number, number];
      return g.reshape(value, [batch, groups, channels / groups, positions]);
    };
    const outputs = g.transpose(grouped(channelsFirst(g, dy, window)), [0, 1, 3, 2]);
    const read = tapSlices(g, channelsFirst(g, x, window), window).map(grouped);
    const products: Value[] = [];
    for (let first = 0; first < read.length; first += TAPS_AT_ONCE) {
      const product = g.op("MatMul", [g.concat(read.slice(first, first + TAPS_AT_ONCE), 2), outputs]);
      products.push(g.reduceSum(product, [0]));
    }
    const [inner, outer] = filterShape.slice(-2) as [number, number];
    // Depthwise: groups are the input channels, each with one row a tap.
    const rows = inner / groups;
    const byGroup = g.reshape(g.concat(products, 1), [groups, read.length, rows, outer]);
    return g.reshape(g.transpose(byGroup, [1, 0, 2, 3]), filterShape);
  };

/** ConvTranspose is the gradient of Conv for its input; its output sizes are set by pads and output_padding. */
const forInput =
  (parse: Parse, kernels: (call: KernelCall, filter: Value) => Value): Lowering =>
  (call) => {
    const { g } = call;
    const { inputShape } = call.attrs as { inputShape: readonly number[] };
    const [dy, filter] = [g.cast(input(call, "dy"), "float32"), g.cast(input(call, "filter"), "float32")];
    const parsed = parse(call, inputShape, filter.shape);
    const window = withOutputOf(parsed.window, dy);
    const outputs = channelsFirst(g, dy, window);
    const dx = transposedConvolution(g, outputs, kernels(call, filter), window, parsed.groups);
    return asGiven(g, dx, window);
  };

export const convolutionGradients: LoweringTable = {
  Conv2DBackpropFilter: forFilter(plain),
  Conv2DBackpropInput: forInput(plain, onnxKernels),
  DepthwiseConv2dNativeBackpropFilter: forFilter(depthwise),
  DepthwiseConv2dNativeBackpropInput: forInput(depthwise, depthwiseKernels),
  Conv3DBackpropFilterV2: forFilter(volume),
  Conv3DBackpropInputV2: forInput(volume, onnxKernels),
};
