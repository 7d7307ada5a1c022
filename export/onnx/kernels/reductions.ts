// Lowerings of sums, means, extremes and arg-extremes along axes.
import * as tf from "@tensorflow/tfjs";
import type { Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";

interface ReductionAttrs {
  readonly axis: number | number[];
  readonly keepDims?: boolean;
}

function axesOf(call: KernelCall, x: Value): number[] {
  return tf.util.parseAxisParam((call.attrs as ReductionAttrs).axis, [...x.shape]);
}

/** A reduction whose axes are an attribute (before opset 18 all but ReduceSum). */
function reduce(call: KernelCall, op: string, x: Value): Value {
  const axes = axesOf(call, x);
  if (axes.length === 0) return x;
  return call.g.op(op, [x], { axes, keepdims: (call.attrs as ReductionAttrs).keepDims ? 1 : 0 });
}

const extreme =
  (op: string): Lowering =>
  (call) => {
    const x = input(call, "x");
    if (x.dtype !== "bool") return reduce(call, op, x);
    return call.g.cast(reduce(call, op, call.g.cast(x, "int32")), "bool");
  };

/** int32 results, as tfjs has them; ONNX gives int64. */
const argExtreme =
  (op: string): Lowering =>
  (call) => {
    const { g } = call;
    const x = input(call, "x");
    const numeric = x.dtype === "bool" ? g.cast(x, "int32") : x;
    const [axis = 0] = axesOf(call, x);
    return g.cast(g.op(op, [numeric], { axis, keepdims: 0 }), "int32");
  };

export const reductions: LoweringTable = {
  Sum: (call) => {
    const given = input(call, "x");
    const x = given.dtype === "bool" ? call.g.cast(given, "int32") : given;
    return call.g.reduceSum(x, axesOf(call, x), (call.attrs as ReductionAttrs).keepDims);
  },
  Mean: (call) => reduce(call, "ReduceMean", call.g.cast(input(call, "x"), "float32")),
  Max: extreme("ReduceMax"),
  Min: extreme("ReduceMin"),
  Prod: (call) => {
    const x = input(call, "x");
    return reduce(call, "ReduceProd", x.dtype === "bool" ? call.g.cast(x, "int32") : x);
  },
  All: extreme("ReduceMin"),
  Any: extreme("ReduceMax"),
  ArgMax: argExtreme("ArgMax"),
  ArgMin: argExtreme("ArgMin"),
};
