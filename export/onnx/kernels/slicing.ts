// Lowerings of strided slices and mirrored borders.
import * as tf from "@tensorflow/tfjs";
import { TO_END } from "../graph/builder.ts";
import type { Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";

/** tfjs-backend-cpu takes other elements than asked for where an axis is dropped (shrinkAxisMask) and another has a stride. */
const stridedSlice: Lowering = (call) => {
  const { g } = call;
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } =
    call.attrs as tf.StridedSliceAttrs;
  const x = input(call, "x");
  const info = tf.slice_util.sliceInfo(
    [...x.shape],
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
  const cuts = x.shape.flatMap((length, axis) => {
    const [from, to, step] = [
      info.begin[axis] as number,
      info.end[axis] as number,
      info.strides[axis] as number,
    ];
    if (step === 1 && from === 0 && to === length) return [];
    // Starting before the first element is -1 in tfjs, which means the last one in ONNX.
    if ((to - from) / step <= 0) return [{ axis, step: 1, start: 0, end: 0 }];
    // From and to the ends stay true when the length is free.
    return step > 0
      ? [{ axis, step, start: from, end: to === length ? TO_END : to }]
      : [{ axis, step, start: from === length - 1 ? TO_END : from, end: to < 0 ? -TO_END : to }];
  });
  const sliced =
    cuts.length === 0
      ? x
      : g.slice(
          x,
          cuts.map(({ start }) => start),
          cuts.map(({ end }) => end),
          cuts.map(({ axis }) => axis),
          cuts.map(({ step }) => step),
        );
  return g.reshape(sliced, info.finalShape);
};

/** Borders that repeat the edge, which ONNX's Pad can't: slices read backwards on both sides. */
function symmetric({ g }: KernelCall, x: Value, paddings: readonly (readonly [number, number])[]): Value {
  let padded = x;
  paddings.forEach(([before, after], axis) => {
    const parts = [padded];
    if (before > 0) parts.unshift(g.slice(padded, [before - 1], [-TO_END], [axis], [-1]));
    if (after > 0) parts.push(g.slice(padded, [-1], [-after - 1], [axis], [-1]));
    padded = g.concat(parts, axis);
  });
  return padded;
}

const mirrorPad: Lowering = (call) => {
  const { g } = call;
  const { paddings, mode } = call.attrs as tf.MirrorPadAttrs;
  const x = input(call, "x");
  const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  if (pads.every((pad) => pad === 0)) return x;
  if (mode === "symmetric") return symmetric(call, x, paddings);
  const numeric = x.dtype === "bool" ? g.cast(x, "int32") : x;
  return g.cast(g.op("Pad", [numeric, g.ints(pads)], { mode: "reflect" }), x.dtype);
};

export const slicing: LoweringTable = { StridedSlice: stridedSlice, MirrorPad: mirrorPad };
