// Lowerings of sums, means, extremes and arg-extremes along axes.
import * as tf from "@tensorflow/tfjs";
import type { Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";

interface ReductionAttrs {
  /** Max alone calls its axes `reductionIndices`. */
  readonly reductionIndices?: number | number[];
  readonly axis?: number | number[];
  readonly keepDims?: boolean;
}

function axesOf(call: KernelCall, x: Value): number[] {
  const { axis, reductionIndices } = call.attrs as ReductionAttrs;
  return tf.util.parseAxisParam((reductionIndices ?? axis) as number[], [...x.shape]);
}

/** A reduction whose axes are an attribute (before opset 18 all but ReduceSum). */
function reduce(call: KernelCall, op: string, x: Value): Value {
  const axes = axesOf(call, x);
  if (axes.length === 0) return x;
  return call.g.op(op, [x], { axes, keepdims: (call.attrs as ReductionAttrs).keepDims ? 1 : 0 });
}

/** Of no elements the result is what changes nothing: all of them are true, none is. Bytes have it so, int32 has not. */
function reduceBool(call: KernelCall, op: string, x: Value): Value {
  const { g } = call;
  return g.cast(reduce(call, op, g.cast(x, "uint8")), "bool");
}

const logical =
  (op: string): Lowering =>
  (call) =>
    reduceBool(call, op, input(call, "x"));

/** One NaN makes the extreme NaN; ONNX Runtime's reductions skip it. */
const extreme =
  (op: string): Lowering =>
  (call) => {
    const { g } = call;
    const x = input(call, "x");
    if (x.dtype === "bool") return reduceBool(call, op, x);
    const result = reduce(call, op, x);
    if (x.dtype !== "float32" || result === x) return result;
    const spoiled = reduceBool(call, "ReduceMax", g.op("IsNaN", [x]));
    return g.where(spoiled, g.scalar(Number.NaN), result);
  };

/** int32 copies of bool values: tfjs's sums and products count them. */
const countable = (call: KernelCall): Value => {
  const x = input(call, "x");
  return x.dtype === "bool" ? call.g.cast(x, "int32") : x;
};

/** int32 results, as tfjs has them; ONNX gives int64. Of equal elements the first counts. */
const argExtreme =
  (op: string): Lowering =>
  (call) => {
    const { g } = call;
    const x = countable(call);
    const [axis = 0] = axesOf(call, x);
    return g.cast(g.op(op, [x], { axis, keepdims: 0 }), "int32");
  };

export const reductions: LoweringTable = {
  Sum: (call) => {
    const x = countable(call);
    return call.g.reduceSum(x, axesOf(call, x), (call.attrs as ReductionAttrs).keepDims);
  },
  Mean: (call) => reduce(call, "ReduceMean", call.g.cast(input(call, "x"), "float32")),
  Prod: (call) => reduce(call, "ReduceProd", countable(call)),
  Max: extreme("ReduceMax"),
  Min: extreme("ReduceMin"),
  All: logical("ReduceMin"),
  Any: logical("ReduceMax"),
  ArgMax: argExtreme("ArgMax"),
  ArgMin: argExtreme("ArgMin"),
};
