// Lowering of projective transforms of images.
import type * as tf from "@tensorflow/tfjs";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/value.ts";
import { input, type Lowering, type LoweringTable } from "./call.ts";

/** Positions are float64: tfjs computes in float64, and rounding to whole pixels shows each difference. */
const number = (g: GraphBuilder, n: number): Value => g.scalar(n, "float64");
const isLess = (g: GraphBuilder, x: Value, n: number): Value => g.op("Less", [x, number(g, n)]);
const clamp = (g: GraphBuilder, x: Value, low: number, high: number): Value =>
  g.op("Clip", [x, number(g, low), number(g, high)]);

/** |x| in whole periods: tfjs truncates, and brings both signs here as positive numbers. */
const wholePeriods = (g: GraphBuilder, x: Value, period: number): Value =>
  g.op("Floor", [g.div(g.op("Abs", [x]), number(g, period))]);

/** A position beyond the image brought back into it, by TensorFlow's fill modes (image_ops.h). */
function fold(g: GraphBuilder, x: Value, length: number, mode: tf.TransformAttrs["fillMode"]): Value {
  if (mode === "constant") return x;
  if (mode === "nearest" || length <= 1) return clamp(g, x, 0, length - 1);
  const folded = mode === "reflect" ? reflect(g, x, length) : wrap(g, x, length);
  return clamp(g, folded, 0, length - 1);
}

/** [abcd] as [dcba|abcd|dcba]. */
function reflect(g: GraphBuilder, x: Value, length: number): Value {
  const period = number(g, 2 * length);
  const shift = g.mul(period, wholePeriods(g, x, 2 * length));
  const left = g.add(shift, x);
  const leftFolded = g.where(isLess(g, left, -length), g.add(left, period), g.sub(number(g, -1), left));
  const right = g.sub(x, shift);
  const rightFolded = g.where(isLess(g, right, length), right, g.sub(number(g, 2 * length - 1), right));
  return g.where(isLess(g, x, 0), leftFolded, rightFolded);
}

/** [abcd] as [abcd|abcd|abcd]. */
function wrap(g: GraphBuilder, x: Value, length: number): Value {
  const periods = wholePeriods(g, x, length - 1);
  const left = g.add(x, g.mul(number(g, length), g.add(periods, number(g, 1))));
  const right = g.sub(x, g.mul(number(g, length), periods));
  const beyond = g.op("Greater", [x, number(g, length - 1)]);
  return g.where(isLess(g, x, 0), left, g.where(beyond, right, x));
}

/**
 * Each output pixel (x, y) shows the input at ((a·x + b·y + c) / k, (d·x + e·y + f) / k), k = g·x + h·y + 1, for the
 * image's transform [a … h]. tfjs-backend-cpu transforms only the first image of a batch and fills the others; here
 * all are transformed, as documented.
 */
const transform: Lowering = (call) => {
  const { g } = call;
  const { interpolation, fillMode, fillValue, outputShape } = call.attrs as tf.TransformAttrs;
  const image = g.cast(input(call, "image"), "float32");
  const [batch, height, width, channels] = image.shape as [number, number, number, number];
  const [outHeight, outWidth] = outputShape ?? [height, width];
  const floor = (x: Value) => g.op("Floor", [x]);
  const one = number(g, 1);
  const count = outHeight * outWidth;

  const transforms = g.cast(input(call, "transforms"), "float64");
  const parameter = (i: number) => g.slice(transforms, [i], [i + 1], [1]);
  const table = (at: (i: number) => number) =>
    g.numbers(
      Array.from({ length: count }, (_, i) => at(i)),
      [1, count],
      "float64",
    );
  const outX = table((i) => i % outWidth);
  const outY = table((i) => Math.floor(i / outWidth));
  const plane = (a: number, b: number, c: Value) =>
    g.add(g.add(g.mul(parameter(a), outX), g.mul(parameter(b), outY)), c);
  const projection = plane(6, 7, one);
  const infinite = g.op("Equal", [projection, number(g, 0)]);
  const divisor = g.where(infinite, one, projection);
  const x = fold(g, g.div(plane(0, 1, parameter(2)), divisor), width, fillMode);
  const y = fold(g, g.div(plane(3, 4, parameter(5)), divisor), height, fillMode);

  /** Pixels [batch, count, channels] at whole positions, the fill value beyond the image. */
  const fill = g.scalar(fillValue);
  const pixels = (atY: Value, atX: Value): Value => {
    const beyond = (at: Value, length: number) =>
      g.op("Or", [isLess(g, at, 0), g.op("Not", [isLess(g, at, length)])]);
    const outside = g.op("Or", [beyond(atY, height), beyond(atX, width)]);
    const index = (at: Value, length: number) =>
      g.op("Unsqueeze", [g.cast(clamp(g, at, 0, length - 1), "int64"), g.ints([-1])]);
    const indices = g.concat([index(atY, height), index(atX, width)], 2);
    // One transform may serve all images.
    const found = g.op("GatherND", [image, g.expand(indices, [batch, count, 2])], { batch_dims: 1 });
    return g.where(g.op("Unsqueeze", [outside, g.ints([-1])]), fill, found);
  };

  let result: Value;
  if (interpolation === "nearest") {
    const half = number(g, 0.5);
    result = pixels(floor(g.add(y, half)), floor(g.add(x, half)));
  } else {
    const [top, left] = [floor(y), floor(x)];
    const [bottom, right] = [g.add(top, one), g.add(left, one)];
    const weight = (value: Value) => g.op("Unsqueeze", [g.cast(value, "float32"), g.ints([-1])]);
    const [toRight, toLeft] = [weight(g.sub(right, x)), weight(g.sub(x, left))];
    const [toBottom, toTop] = [weight(g.sub(bottom, y)), weight(g.sub(y, top))];
    const row = (at: Value) => g.add(g.mul(toRight, pixels(at, left)), g.mul(toLeft, pixels(at, right)));
    result = g.add(g.mul(toBottom, row(top)), g.mul(toTop, row(bottom)));
  }
  const filled = g.where(g.op("Unsqueeze", [infinite, g.ints([-1])]), fill, result);
  return g.reshape(filled, [batch, outHeight, outWidth, channels]);
};

export const warp: LoweringTable = { Transform: transform };
