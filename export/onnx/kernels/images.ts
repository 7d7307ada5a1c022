// Lowerings of cropping, flipping and rotating images.
import * as tf from "@tensorflow/tfjs";
import { TO_END } from "../graph/builder.ts";
import { dim } from "../graph/infer/shapes.ts";
import type { Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";

/**
 * Where the crop's rows (or columns) lie in the image, [boxes, count], in float64: tfjs computes in float64, and a box
 * that ends at 1 must not end behind the last pixel by rounding.
 */
function cropPositions(call: KernelCall, low: Value, high: Value, length: number, count: number): Value {
  const { g } = call;
  const number = (n: number) => g.scalar(n, "float64");
  if (count === 1) return g.mul(g.mul(number(0.5), g.add(low, high)), number(length - 1));
  const scale = g.div(g.mul(g.sub(high, low), number(length - 1)), number(count - 1));
  const steps = g.numbers(
    Array.from({ length: count }, (_, i) => i),
    [1, count],
    "float64",
  );
  return g.add(g.mul(low, number(length - 1)), g.mul(steps, scale));
}

/** Boxes that name an image beyond the batch are an error here; tfjs-backend-cpu fills their crops with zeros. */
const cropAndResize: Lowering = (call) => {
  const { g } = call;
  const { cropSize, method, extrapolationValue } = call.attrs as tf.CropAndResizeAttrs;
  const image = g.cast(input(call, "image"), "float32");
  const boxes = g.cast(input(call, "boxes"), "float64");
  const count = dim(boxes.shape, 0);
  const corner = (i: number) => g.slice(boxes, [i], [i + 1], [1]);
  const lengths = [dim(image.shape, 1), dim(image.shape, 2)];
  const [ys, xs] = [0, 1].map((axis) =>
    cropPositions(call, corner(axis), corner(axis + 2), lengths[axis] as number, cropSize[axis] as number),
  ) as [Value, Value];
  const inside = (positions: Value, length: number) =>
    g.op("And", [
      g.op("GreaterOrEqual", [positions, g.scalar(0, "float64")]),
      g.op("LessOrEqual", [positions, g.scalar(length - 1, "float64")]),
    ]);
  const asRows = (value: Value) => g.reshape(value, [count, cropSize[0], 1, 1]);
  const asColumns = (value: Value) => g.reshape(value, [count, 1, cropSize[1], 1]);

  /** Pixels [boxes, rows, columns, channels] at whole positions. */
  const grid = [count, ...cropSize, 1];
  const index = (positions: Value, length: number) =>
    g.cast(g.op("Clip", [positions, g.scalar(0, "float64"), g.scalar(length - 1, "float64")]), "int64");
  const boxInd = g.reshape(g.cast(input(call, "boxInd"), "int64"), [count, 1, 1, 1]);
  const pixels = (y: Value, x: Value) =>
    g.op("GatherND", [
      image,
      g.concat(
        [
          g.expand(boxInd, grid),
          g.expand(asRows(index(y, lengths[0] as number)), grid),
          g.expand(asColumns(index(x, lengths[1] as number)), grid),
        ],
        3,
      ),
    ]);

  const floor = (value: Value) => g.op("Floor", [value]);
  let crop: Value;
  if (method === "bilinear") {
    const [top, left] = [floor(ys), floor(xs)];
    const [bottom, right] = [g.op("Ceil", [ys]), g.op("Ceil", [xs])];
    const between = (a: Value, b: Value, fraction: Value) => g.add(a, g.mul(g.sub(b, a), fraction));
    const fractionX = asColumns(g.cast(g.sub(xs, left), "float32"));
    const fractionY = asRows(g.cast(g.sub(ys, top), "float32"));
    crop = between(
      between(pixels(top, left), pixels(top, right), fractionX),
      between(pixels(bottom, left), pixels(bottom, right), fractionX),
      fractionY,
    );
  } else {
    const half = g.scalar(0.5, "float64");
    crop = pixels(floor(g.add(ys, half)), floor(g.add(xs, half)));
  }
  const known = g.op("And", [
    asRows(inside(ys, lengths[0] as number)),
    asColumns(inside(xs, lengths[1] as number)),
  ]);
  return g.where(known, crop, g.scalar(extrapolationValue));
};

/** A rotation is known beforehand: each pixel is another pixel of the image or the fill value. */
const rotateWithOffset: Lowering = (call) => {
  const { g } = call;
  const { radians, fillValue, center } = call.attrs as tf.RotateWithOffsetAttrs;
  const image = input(call, "image");
  const [height, width, channels] = [dim(image.shape, 1), dim(image.shape, 2), dim(image.shape, 3)];
  const [centerX, centerY] = tf.backend_util.getImageCenter(center, height, width);
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const sources: number[] = [];
  const known: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = Math.round((x - centerX) * cos - (y - centerY) * sin + centerX);
      const fromY = Math.round((x - centerX) * sin + (y - centerY) * cos + centerY);
      const inside = fromX >= 0 && fromX < width && fromY >= 0 && fromY < height;
      known.push(inside ? 1 : 0);
      sources.push(inside ? fromY * width + fromX : 0);
    }
  }
  const flat = g.reshape(image, [dim(image.shape, 0), height * width, channels]);
  const moved = g.op("Gather", [flat, g.ints(sources)], { axis: 1 });
  // A colour leaves the fourth channel, opacity, full.
  const fill =
    typeof fillValue === "number"
      ? g.scalar(fillValue)
      : g.numbers(Array.from({ length: channels }, (_, i) => (i === 3 ? 255 : (fillValue[i] as number))));
  return g.reshape(g.where(g.numbers(known, [height * width, 1], "bool"), moved, fill), image.shape);
};

export const images: LoweringTable = {
  CropAndResize: cropAndResize,
  FlipLeftRight: (call) => call.g.slice(input(call, "image"), [-1], [-TO_END], [2], [-1]),
  RotateWithOffset: rotateWithOffset,
};
