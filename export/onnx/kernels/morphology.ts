// Lowerings of grayscale dilation and its gradients.
import * as tf from "@tensorflow/tfjs";
import { sizeOf, type Value } from "../graph/value.ts";
import { input, type KernelCall, type LoweringTable } from "./call.ts";
import { shares } from "./pooling-gradients.ts";
import { asGiven, channelsFirst, scatterTaps, tapSlices, type Window, window2D } from "./window.ts";

interface Dilation {
  readonly window: Window;
  /** For each tap x + filter, as [N, C, ...output]. */
  readonly raised: readonly Value[];
  /** The dilation itself: the largest of them. */
  readonly maxima: Value;
}

/** y[p, c] = max over taps t of x[p·stride + t·dilation, c] + filter[t, c]; padding never wins. */
function dilate(call: KernelCall): Dilation {
  const { g } = call;
  const { strides, pad, dilations } = call.attrs as tf.Dilation2DAttrs;
  const [x, filter] = [g.cast(input(call, "x"), "float32"), g.cast(input(call, "filter"), "float32")];
  const window = window2D(
    tf.backend_util.computeDilation2DInfo(
      x.shape as [number, number, number, number],
      filter.shape as [number, number, number],
      strides,
      pad as "same" | "valid" | number,
      "NHWC",
      dilations,
    ),
  );
  const channels = x.shape[3] as number;
  const perTap = g.reshape(filter, [sizeOf(window.kernel), channels]);
  // tfjs-backend-cpu starts from this number, too.
  const read = tapSlices(g, channelsFirst(g, x, window), window, Number.MIN_SAFE_INTEGER);
  const raised = read.map((value, t) => {
    return g.add(value, g.reshape(g.slice(perTap, [t], [t + 1], [0]), [channels, 1, 1]));
  });
  return { window, raised, maxima: g.op("Max", raised) };
}

/** What each tap gets of dy: all of it where it was the first to reach the maximum. */
function tapShares(call: KernelCall, { window, raised, maxima }: Dilation): Value[] {
  const { g } = call;
  const dy = channelsFirst(g, g.cast(input(call, "dy"), "float32"), window);
  return shares(g, raised, maxima, dy);
}

export const morphology: LoweringTable = {
  Dilation2D: (call) => {
    const { window, maxima } = dilate(call);
    return call.g.cast(asGiven(call.g, maxima, window), input(call, "x").dtype);
  },
  Dilation2DBackpropInput: (call) => {
    const { g } = call;
    const dilation = dilate(call);
    const dx = scatterTaps(g, tapShares(call, dilation), dilation.window);
    return g.cast(asGiven(g, dx, dilation.window), input(call, "x").dtype);
  },
  Dilation2DBackpropFilter: (call) => {
    const { g } = call;
    const sums = tapShares(call, dilate(call)).map((share) => g.reduceSum(share, [0, 2, 3]));
    const filter = input(call, "filter");
    return g.cast(g.reshape(g.concat(sums, 0), filter.shape), filter.dtype);
  },
};
