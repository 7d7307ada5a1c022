// Lowerings of image resizing (nearest neighbour, bilinear) and its gradients.
import type * as tf from "@tensorflow/tfjs";
import { dim } from "../graph/infer/shapes.ts";
import type { Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";

type ResizeAttrs = tf.ResizeBilinearAttrs;

/** How one axis of an image is resized. */
interface Axis {
  readonly from: number;
  readonly to: number;
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

const TO_NCHW = [0, 3, 1, 2];
const TO_NHWC = [0, 2, 3, 1];

/** Height and width. */
function axesOf(attrs: ResizeAttrs, images: Value, size: readonly number[]): [Axis, Axis] {
  const axis = (i: 0 | 1): Axis => ({
    from: dim(images.shape, i + 1),
    to: size[i] as number,
    alignCorners: attrs.alignCorners,
    halfPixelCenters: attrs.halfPixelCenters,
  });
  return [axis(0), axis(1)];
}

/** tfjs's step between neighbouring output pixels, in input pixels. */
function ratio({ from, to, alignCorners }: Axis): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

/** The input pixel that each output pixel shows. */
function nearestPixels(axis: Axis): number[] {
  const step = ratio(axis);
  const round = axis.alignCorners ? Math.round : Math.floor;
  return Array.from({ length: axis.to }, (_, i) =>
    Math.min(axis.from - 1, round(step * (axis.halfPixelCenters ? i + 0.5 : i))),
  );
}

/** The resizing of one axis as a matrix [to, from], flat: bilinear interpolation, row by row. */
function bilinearMatrix(axis: Axis): number[] {
  const step = ratio(axis);
  const matrix = new Array<number>(axis.to * axis.from).fill(0);
  for (let i = 0; i < axis.to; i++) {
    const position = axis.halfPixelCenters ? step * (i + 0.5) - 0.5 : step * i;
    const low = Math.max(0, Math.floor(position));
    const high = Math.min(axis.from - 1, Math.ceil(position));
    const fraction = position - low;
    matrix[i * axis.from + low] = 1 - fraction + (low === high ? fraction : 0);
    if (low !== high) matrix[i * axis.from + high] = fraction;
  }
  return matrix;
}

function nearestMatrix(axis: Axis): number[] {
  const matrix = new Array<number>(axis.to * axis.from).fill(0);
  nearestPixels(axis).forEach((source, i) => {
    matrix[i * axis.from + source] = 1;
  });
  return matrix;
}

/**
 * Whether ONNX Runtime picks the pixels that tfjs picks. It divides by the scale in float32, tfjs multiplies by the
 * step in float64: an output pixel whose position is a border between two input pixels may fall on either side, unless
 * the scale is a float32 number.
 */
function sameNearestPixels(axis: Axis): boolean {
  const { from, to, alignCorners, halfPixelCenters } = axis;
  const [numerator, denominator] = halfPixelCenters
    ? [(i: number) => (2 * i + 1) * from, 2 * to]
    : alignCorners && to > 1
      ? [(i: number) => 2 * i * (from - 1) + to - 1, 2 * (to - 1)]
      : [(i: number) => i * from, to];
  const exact = alignCorners || Math.fround(to / from) === to / from;
  return nearestPixels(axis).every((pixel, i) => {
    const onBorder = i > 0 && numerator(i) % denominator === 0;
    return (exact || !onBorder) && pixel === Math.min(from - 1, Math.floor(numerator(i) / denominator));
  });
}

/** A Resize node around which the image is NCHW. */
function resizeNode(call: KernelCall, x: Value, axes: readonly [Axis, Axis], attributes: object): Value {
  const { g } = call;
  const image = g.transpose(x, TO_NCHW);
  // Scales say nothing about the batch, sizes do. But where float32 rounds the scale, ONNX Runtime's checker and its
  // kernel may differ over the size that comes out: 3 · fround(7 / 3) is 6 to the one and 7 to the other.
  const exact = axes.every(({ from, to }) => Math.fround(to / from) === to / from);
  const size = [...image.shape.slice(0, 2), axes[0].to, axes[1].to];
  const how = exact
    ? [null, g.numbers([1, 1, ...axes.map(({ from, to }) => to / from)])]
    : [null, null, g.ints(size)];
  return g.transpose(g.op("Resize", [image, ...how], { ...attributes }), TO_NHWC);
}

function coordinates({ alignCorners, halfPixelCenters }: Axis): string {
  return alignCorners ? "align_corners" : halfPixelCenters ? "half_pixel" : "asymmetric";
}

const nearest: Lowering = (call) => {
  const { g } = call;
  const images = input(call, "images");
  const attrs = call.attrs as ResizeAttrs;
  const axes = axesOf(attrs, images, attrs.size);
  if (axes.every(sameNearestPixels)) {
    // floor((i + 0.5) · step) is, in ONNX's words, the half_pixel position (i + 0.5) · step - 0.5 rounded up from .5.
    const rounding = attrs.alignCorners || attrs.halfPixelCenters ? "round_prefer_ceil" : "floor";
    return resizeNode(call, images, axes, {
      mode: "nearest",
      coordinate_transformation_mode: coordinates(axes[0]),
      nearest_mode: rounding,
    });
  }
  const rows = g.op("Gather", [images, g.ints(nearestPixels(axes[0]))], { axis: 1 });
  return g.op("Gather", [rows, g.ints(nearestPixels(axes[1]))], { axis: 2 });
};

const bilinear: Lowering = (call) => {
  const images = input(call, "images");
  const attrs = call.attrs as ResizeAttrs;
  const axes = axesOf(attrs, images, attrs.size);
  return resizeNode(call, call.g.cast(images, "float32"), axes, {
    mode: "linear",
    coordinate_transformation_mode: coordinates(axes[0]),
  });
};

/**
 * Resizing is linear along each axis, y = H·x·Wᵀ, so the gradient is Hᵀ·dy·W. These follow the definition where
 * tfjs-backend-cpu does not: it leaves halfPixelCenters out, swaps height and width of the bilinear gradient's shape, and
 * reads the nearest-neighbour gradients of all images but the first in the wrong places.
 */
function gradient(call: KernelCall, matrixOf: (axis: Axis) => number[]): Value {
  const { g } = call;
  const dy = input(call, "dy");
  const [height, width] = axesOf(call.attrs as ResizeAttrs, input(call, "images"), dy.shape.slice(1, 3));
  const matrix = (axis: Axis) => g.numbers(matrixOf(axis), [axis.to, axis.from]);
  const rows = g.op("MatMul", [g.transpose(dy, TO_NCHW), matrix(width)]);
  return g.transpose(g.op("MatMul", [g.transpose(matrix(height), [1, 0]), rows]), TO_NHWC);
}

/** How often each pixel is repeated, where all are repeated equally often. */
function repeats(axis: Axis): number | undefined {
  const times = axis.to / axis.from;
  const even = nearestPixels(axis).every((pixel, i) => pixel === Math.floor(i / times));
  return Number.isInteger(times) && even ? times : undefined;
}

const nearestGradient: Lowering = (call) => {
  const { g } = call;
  const dy = input(call, "dy");
  const axes = axesOf(call.attrs as ResizeAttrs, input(call, "images"), dy.shape.slice(1, 3));
  const window = axes.map(repeats);
  const [rows, columns] = window;
  if (rows === undefined || columns === undefined) return gradient(call, nearestMatrix);
  // The sum over each pixel's copies. Of pooling, matrix products, sums over axes and depthwise convolution, measured
  // on [128, 16, 28, 28] with windows of 2×2, pooling was the fastest (0.8 ms; 1.2, 2.0 and 1.0 ms).
  const mean = g.op("AveragePool", [g.transpose(dy, TO_NCHW)], {
    kernel_shape: [rows, columns],
    strides: [rows, columns],
  });
  return g.transpose(g.mul(mean, g.scalar(rows * columns)), TO_NHWC);
};

export const resize: LoweringTable = {
  ResizeBilinear: bilinear,
  ResizeBilinearGrad: (call) => gradient(call, bilinearMatrix),
  ResizeNearestNeighbor: nearest,
  ResizeNearestNeighborGrad: nearestGradient,
};
