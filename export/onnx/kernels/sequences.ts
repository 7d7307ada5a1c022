// Lowerings that make tensors from numbers: ranges, one-hot codes, diagonals, broadcast shapes.
import type * as tf from "@tensorflow/tfjs";
import type { GraphBuilder } from "../graph/builder.ts";
import { type ElementType, sizeOf, type Value } from "../graph/value.ts";
import { input, type Lowering, type LoweringTable } from "./call.ts";

/** 0, 1, …, count - 1. A node rather than a table, so that the count may follow the batch. */
function counting(g: GraphBuilder, count: number, dtype: ElementType): Value {
  const range = g.op("Range", [g.scalar(0, "int64"), g.scalar(count, "int64"), g.scalar(1, "int64")]);
  return g.cast(range, dtype);
}

/** start, start + step, … */
function progression(g: GraphBuilder, count: number, start: number, step: number, dtype: ElementType): Value {
  return g.add(g.mul(counting(g, count, dtype), g.scalar(step, dtype)), g.scalar(start, dtype));
}

/** tfjs's conventions: the step 1 also counts down; other steps in the wrong direction give nothing. */
const range: Lowering = (call) => {
  const { start, stop, step, dtype } = call.attrs as tf.RangeAttrs;
  const empty = start === stop || (start < stop && step < 0) || (stop < start && step > 1);
  const count = empty ? 0 : Math.abs(Math.ceil((stop - start) / step));
  return progression(call.g, count, start, stop < start && step === 1 ? -1 : step, dtype);
};

/** Compared with each class, so that indices beyond the classes (also negative ones) are off everywhere. */
const oneHot: Lowering = (call) => {
  const { g } = call;
  const { depth, onValue, offValue, dtype } = call.attrs as tf.OneHotAttrs & {
    dtype: "float32" | "int32" | "bool";
  };
  const indices = g.op("Unsqueeze", [g.cast(input(call, "indices"), "int32"), g.ints([-1])]);
  const classes = g.numbers(
    Array.from({ length: depth }, (_, i) => i),
    [depth],
    "int32",
  );
  const type = dtype === "bool" ? "int32" : dtype;
  return g.cast(
    g.where(g.op("Equal", [indices, classes]), g.scalar(onValue, type), g.scalar(offValue, type)),
    dtype,
  );
};

const diag: Lowering = (call) => {
  const { g } = call;
  const x = input(call, "x");
  const size = sizeOf(x.shape);
  const place = counting(g, size, "int64");
  const onDiagonal = g.op("Equal", [g.reshape(place, [size, 1]), place]);
  const values = g.reshape(x.dtype === "bool" ? g.cast(x, "int32") : x, [size]);
  return g.reshape(g.cast(g.where(onDiagonal, values, g.scalarLike(0, values)), x.dtype), [
    ...x.shape,
    ...x.shape,
  ]);
};

const broadcastArgs: Lowering = (call) => {
  const { g } = call;
  const shapes = [input(call, "s0"), input(call, "s1")];
  const rank = Math.max(...shapes.map(({ shape }) => sizeOf(shape)));
  const [a, b] = shapes.map((shape) => g.pad(shape, [rank - sizeOf(shape.shape), 0], 1)) as [Value, Value];
  return g.where(g.op("Equal", [a, g.scalar(1, "int32")]), b, a);
};

export const sequences: LoweringTable = {
  Range: range,
  LinSpace: (call) => {
    const { start, stop, num } = call.attrs as tf.LinSpaceAttrs;
    return progression(call.g, num, start, num > 1 ? (stop - start) / (num - 1) : 0, "float32");
  },
  OneHot: oneHot,
  Diag: diag,
  BroadcastArgs: broadcastArgs,
};
