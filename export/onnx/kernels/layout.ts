// Lowerings that move, join, cut, repeat and fill without computing.
import * as tf from "@tensorflow/tfjs";
import { TO_END } from "../graph/builder.ts";
import { positiveAxis } from "../graph/infer/shapes.ts";
import type { ElementType, Value } from "../graph/value.ts";
import {
  input,
  inputList,
  type KernelCall,
  type LoweredValue,
  type Lowering,
  type LoweringTable,
} from "./call.ts";

/** Gives a result the complex mark of the kernel's inputs. */
function like(call: KernelCall, value: Value): LoweredValue {
  return call.complex.size > 0 ? { complex: value } : value;
}

/** The logical shape of an input: without the (real, imaginary) axis of complex values. */
function shapeOf(call: KernelCall, name: string): number[] {
  const { shape } = input(call, name);
  return call.complex.has(name) ? shape.slice(0, -1) : [...shape];
}

/** A logical shape made physical. */
function physical(call: KernelCall, shape: readonly number[]): number[] {
  return call.complex.size > 0 ? [...shape, 2] : [...shape];
}

/** NaN and numbers beyond int32 have no integer: ONNX Runtime gives the smallest one, tfjs 0 or the lowest bits. */
const cast: Lowering = (call) => {
  const { g } = call;
  const x = input(call, "x");
  const { dtype } = call.attrs as { dtype: tf.DataType };
  if (dtype === "complex64") {
    if (call.complex.has("x")) return { complex: x };
    const real = g.op("Unsqueeze", [g.cast(x, "float32"), g.ints([-1])]);
    const none = real.shape.map(() => 0);
    return { complex: g.pad(real, [...none, ...none.with(-1, 1)]) };
  }
  const last = x.shape.length - 1;
  const real = call.complex.has("x") ? g.op("Squeeze", [g.slice(x, [0], [1], [last]), g.ints([last])]) : x;
  return g.cast(real, dtype as ElementType);
};

const slice: Lowering = (call) => {
  const { begin, size } = call.attrs as { begin: number | number[]; size?: number | number[] };
  const shape = shapeOf(call, "x");
  const x = input(call, "x");
  const [first = [], count = []] = tf.slice_util.parseSliceParams({ shape } as tf.TensorInfo, begin, size);
  const starts: number[] = [];
  const ends: number[] = [];
  const axes: number[] = [];
  shape.forEach((length, axis) => {
    const start = first[axis] as number;
    const end = start + (count[axis] as number);
    if (start === 0 && end === length) return;
    starts.push(start);
    // "To the end" stays true when the length is free.
    ends.push(end === length ? TO_END : end);
    axes.push(axis);
  });
  return like(call, axes.length === 0 ? x : call.g.slice(x, starts, ends, axes));
};

const split: Lowering = (call) => {
  const { g } = call;
  const { numOrSizeSplits, axis } = call.attrs as { numOrSizeSplits: number | number[]; axis: number };
  const shape = shapeOf(call, "x");
  const at = tf.util.parseAxisParam(axis, shape)[0] ?? 0;
  const sizes = tf.backend_util.prepareSplitSize({ shape } as tf.Tensor, numOrSizeSplits, at);
  const parts = g.ops("Split", [input(call, "x"), g.ints(sizes)], { axis: at }, sizes.length);
  return parts.map((part) => like(call, part));
};

const unpack: Lowering = (call) => {
  const { g } = call;
  const value = input(call, "value");
  const shape = shapeOf(call, "value");
  const axis = positiveAxis((call.attrs as { axis: number }).axis, shape.length);
  const count = shape[axis] ?? 0;
  const sizes = g.ints(new Array<number>(count).fill(1));
  const parts = count === 1 ? [value] : g.ops("Split", [value, sizes], { axis }, count);
  return parts.map((part) => like(call, g.op("Squeeze", [part, g.ints([axis])])));
};

const pad: Lowering = (call) => {
  const { paddings, constantValue } = call.attrs as { paddings: [number, number][]; constantValue: number };
  const x = input(call, "x");
  const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  if (x.dtype !== "bool") return call.g.pad(x, pads, constantValue);
  return call.g.cast(call.g.pad(call.g.cast(x, "int32"), pads, constantValue ? 1 : 0), "bool");
};

const reverse: Lowering = (call) => {
  const shape = shapeOf(call, "x");
  const axes = tf.util.parseAxisParam((call.attrs as { dims: number | number[] }).dims, shape);
  const x = input(call, "x");
  if (axes.length === 0) return like(call, x);
  const each = (n: number) => axes.map(() => n);
  return like(call, call.g.slice(x, each(-1), each(-TO_END), axes, each(-1)));
};

const constantLike =
  (value: number): Lowering =>
  (call) => {
    const x = input(call, "x");
    if (call.complex.has("x")) {
      const real = call.g.numbers([value, 0], [2]);
      return { complex: call.g.expand(real, x.shape) };
    }
    return call.g.fillLike(value, x);
  };

export const layout: LoweringTable = {
  Cast: cast,
  Reshape: (call) => {
    const shape = shapeOf(call, "x");
    const wanted = (call.attrs as { shape: number[] }).shape;
    const full = tf.util.inferFromImplicitShape(wanted, tf.util.sizeFromShape(shape));
    return like(call, call.g.reshape(input(call, "x"), physical(call, full)));
  },
  ExpandDims: (call) => {
    const shape = shapeOf(call, "input");
    const axis = positiveAxis((call.attrs as { dim: number }).dim, shape.length + 1);
    return like(call, call.g.reshape(input(call, "input"), physical(call, shape.toSpliced(axis, 0, 1))));
  },
  Transpose: (call) => {
    const { perm } = call.attrs as { perm: number[] };
    const full = call.complex.size > 0 ? [...perm, perm.length] : perm;
    return like(call, call.g.transpose(input(call, "x"), full));
  },
  Concat: (call) => {
    const values = inputList(call);
    const rank = shapeOf(call, "0").length;
    const axis = positiveAxis((call.attrs as { axis: number }).axis, rank);
    // tfjs gives the result the element type of the first part.
    const { dtype } = input(call, "0");
    const parts = values.map((value) => call.g.cast(value, dtype));
    return like(call, call.g.concat(parts, axis));
  },
  Pack: (call) => {
    const shape = shapeOf(call, "0");
    const axis = positiveAxis((call.attrs as { axis: number }).axis, shape.length + 1);
    const expanded = inputList(call).map((value) =>
      call.g.reshape(value, physical(call, shape.toSpliced(axis, 0, 1))),
    );
    return like(call, call.g.concat(expanded, axis));
  },
  Unpack: unpack,
  Slice: slice,
  SplitV: split,
  Tile: (call) => {
    const { reps } = call.attrs as { reps: number[] };
    const x = input(call, "x");
    if (reps.every((n) => n === 1)) return like(call, x);
    const full = call.complex.size > 0 ? [...reps, 1] : reps;
    return like(call, call.g.op("Tile", [x, call.g.ints(full)]));
  },
  PadV2: pad,
  Reverse: reverse,
  Fill: (call) => {
    const { shape, value, dtype } = call.attrs as { shape: number[]; value: number; dtype?: tf.DataType };
    return call.g.fill(shape, value, (dtype ?? tf.util.inferDtype(value)) as ElementType);
  },
  ZerosLike: constantLike(0),
  OnesLike: constantLike(1),
};
