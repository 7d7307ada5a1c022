// Inference for operators that move, select or repeat elements.
import { constantNumbers, sizeOf, type ValueSpec } from "../value.ts";
import { type InferCall, type InferRule, intAttribute, intsAttribute, required } from "./rule.ts";
import { broadcast, dim, positiveAxis, show } from "./shapes.ts";

const constantInput = (call: InferCall, i: number) =>
  constantNumbers(call.inputs[i], `${call.op}: input ${i}`);

function reshape(call: InferCall): ValueSpec[] {
  const { dtype, shape } = required(call, 0);
  const copiesZeros = intAttribute(call, "allowzero", 0) === 0;
  const wanted = constantInput(call, 1).map((d, i) => (d === 0 && copiesZeros ? dim(shape, i) : d));
  const known = sizeOf(wanted.filter((d) => d !== -1));
  const full = wanted.map((d) => (d === -1 ? sizeOf(shape) / known : d));
  if (sizeOf(full) !== sizeOf(shape)) throw new Error(`Reshape: ${show(shape)} does not fit ${show(wanted)}`);
  return [{ dtype, shape: full }];
}

/** Length of one sliced axis, after ONNX's clamping of starts and ends. */
function slicedLength(length: number, start: number, end: number, step: number): number {
  const clamp = (n: number, low: number, high: number) =>
    Math.min(Math.max(n < 0 ? n + length : n, low), high);
  if (step > 0) return Math.max(0, Math.ceil((clamp(end, 0, length) - clamp(start, 0, length)) / step));
  return Math.max(0, Math.ceil((clamp(end, -1, length - 1) - clamp(start, 0, length - 1)) / step));
}

function slice(call: InferCall): ValueSpec[] {
  const { dtype, shape } = required(call, 0);
  const starts = constantInput(call, 1);
  const ends = constantInput(call, 2);
  const axes = call.inputs[3] ? constantInput(call, 3) : starts.map((_, i) => i);
  const steps = call.inputs[4] ? constantInput(call, 4) : starts.map(() => 1);
  const result = [...shape];
  axes.forEach((axis, i) => {
    const at = positiveAxis(axis, shape.length);
    const end = ends[i] ?? 0;
    // An end below -length means "before the first element" for a negative step.
    const farEnd = end < -dim(shape, at) ? -dim(shape, at) - 1 : end;
    result[at] = slicedLength(dim(shape, at), starts[i] ?? 0, farEnd, steps[i] ?? 1);
  });
  return [{ dtype, shape: result }];
}

function split(call: InferCall): ValueSpec[] {
  const { dtype, shape } = required(call, 0);
  const axis = positiveAxis(intAttribute(call, "axis", 0), shape.length);
  const sizes = call.inputs[1]
    ? constantInput(call, 1)
    : new Array<number>(call.outputCount).fill(dim(shape, axis) / call.outputCount);
  return sizes.map((size) => ({ dtype, shape: shape.with(axis, size) }));
}

export const layoutRules: Record<string, InferRule> = {
  Reshape: reshape,
  Slice: slice,
  Split: split,
  Transpose: (call) => {
    const { dtype, shape } = required(call, 0);
    const perm = intsAttribute(call, "perm") ?? shape.map((_, i) => shape.length - 1 - i);
    return [{ dtype, shape: perm.map((axis) => dim(shape, axis)) }];
  },
  Squeeze: (call) => {
    const { dtype, shape } = required(call, 0);
    const axes = constantInput(call, 1).map((axis) => positiveAxis(axis, shape.length));
    return [{ dtype, shape: shape.filter((_, i) => !axes.includes(i)) }];
  },
  Unsqueeze: (call) => {
    const { dtype, shape } = required(call, 0);
    const axes = constantInput(call, 1);
    const rank = shape.length + axes.length;
    const rest = [...shape];
    const at = new Set(axes.map((axis) => positiveAxis(axis, rank)));
    return [{ dtype, shape: Array.from({ length: rank }, (_, i) => (at.has(i) ? 1 : (rest.shift() ?? 1))) }];
  },
  Expand: (call) => {
    const { dtype, shape } = required(call, 0);
    return [{ dtype, shape: broadcast("Expand", shape, constantInput(call, 1)) }];
  },
  Tile: (call) => {
    const { dtype, shape } = required(call, 0);
    const repeats = constantInput(call, 1);
    return [{ dtype, shape: shape.map((d, i) => d * (repeats[i] ?? 1)) }];
  },
  Concat: (call) => {
    const { dtype, shape } = required(call, 0);
    const axis = positiveAxis(intAttribute(call, "axis", 0), shape.length);
    const total = call.inputs.reduce((sum, value) => sum + (value ? dim(value.shape, axis) : 0), 0);
    return [{ dtype, shape: shape.with(axis, total) }];
  },
  Pad: (call) => {
    const { dtype, shape } = required(call, 0);
    const pads = constantInput(call, 1);
    return [{ dtype, shape: shape.map((d, i) => d + (pads[i] ?? 0) + (pads[i + shape.length] ?? 0)) }];
  },
  Gather: (call) => {
    const { dtype, shape } = required(call, 0);
    const axis = positiveAxis(intAttribute(call, "axis", 0), shape.length);
    const indices = required(call, 1).shape;
    return [{ dtype, shape: [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)] }];
  },
  GatherElements: (call) => [{ dtype: required(call, 0).dtype, shape: required(call, 1).shape }],
  GatherND: (call) => {
    const { dtype, shape } = required(call, 0);
    const indices = required(call, 1).shape;
    const batch = intAttribute(call, "batch_dims", 0);
    const depth = dim(indices, -1);
    return [{ dtype, shape: [...indices.slice(0, -1), ...shape.slice(batch + depth)] }];
  },
  OneHot: (call) => {
    const { shape } = required(call, 0);
    const depth = constantInput(call, 1)[0] ?? 0;
    const axis = positiveAxis(intAttribute(call, "axis", -1), shape.length + 1);
    return [{ dtype: required(call, 2).dtype, shape: shape.toSpliced(axis, 0, depth) }];
  },
  Shape: (call) => [{ dtype: "int64", shape: [required(call, 0).shape.length] }],
  ConstantOfShape: (call) => [{ dtype: "float32", shape: constantInput(call, 0) }],
  Range: (call) => {
    const [start, limit, delta] = [0, 1, 2].map((i) => constantInput(call, i)[0] ?? 0) as [
      number,
      number,
      number,
    ];
    return [{ dtype: required(call, 0).dtype, shape: [Math.max(0, Math.ceil((limit - start) / delta))] }];
  },
  DepthToSpace: (call) => {
    const { dtype, shape } = required(call, 0);
    const block = intAttribute(call, "blocksize", 1);
    const [n, c, h, w] = [0, 1, 2, 3].map((i) => dim(shape, i)) as [number, number, number, number];
    return [{ dtype, shape: [n, c / (block * block), h * block, w * block] }];
  },
  SpaceToDepth: (call) => {
    const { dtype, shape } = required(call, 0);
    const block = intAttribute(call, "blocksize", 1);
    const [n, c, h, w] = [0, 1, 2, 3].map((i) => dim(shape, i)) as [number, number, number, number];
    return [{ dtype, shape: [n, c * block * block, h / block, w / block] }];
  },
};
