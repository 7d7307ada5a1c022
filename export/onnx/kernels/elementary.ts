// Lowerings of the elementary functions of one tensor: rounding, exponentials, trigonometry, tests of a number.
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/value.ts";
import { input, type Lowering, type LoweringTable } from "./call.ts";
import { inFloat, withoutBool } from "./element-types.ts";

type Compute = (g: GraphBuilder, x: Value) => Value;

/** A function that is computed in float32; the result keeps the element type of the input. */
const float =
  (compute: Compute): Lowering =>
  (call) =>
    inFloat(call.g, [input(call, "x")], (x) => compute(call.g, x));

const floatOp = (op: string): Lowering => float((g, x) => g.op(op, [x]));

/** A function that ONNX Runtime has for float32 and int32. */
const numeric =
  (compute: Compute): Lowering =>
  (call) =>
    withoutBool(call.g, [input(call, "x")], (x) => compute(call.g, x));

const predicate =
  (compute: Compute): Lowering =>
  (call) =>
    compute(call.g, call.g.cast(input(call, "x"), "float32"));

/** log(1 + x) without losing small x: x·log(u)/(u - 1) with u = 1 + x rounded (Kahan). */
function log1p(g: GraphBuilder, x: Value): Value {
  const u = g.add(x, g.scalar(1));
  const rounded = g.sub(u, g.scalar(1));
  const isTiny = g.op("Equal", [rounded, g.scalar(0)]);
  const isInfinite = g.op("IsInf", [u], { detect_negative: 0 });
  const scaled = g.mul(g.op("Log", [u]), g.div(x, g.where(isTiny, g.scalar(1), rounded)));
  return g.where(isTiny, x, g.where(isInfinite, u, scaled));
}

/** exp(x) - 1 without losing small x: tanh(x/2)·(exp(x) + 1), which is equal. */
function expm1(g: GraphBuilder, x: Value): Value {
  const exp = g.op("Exp", [x]);
  const small = g.mul(g.op("Tanh", [g.mul(x, g.scalar(0.5))]), g.add(exp, g.scalar(1)));
  return g.where(g.op("Less", [g.op("Abs", [x]), g.scalar(1)]), small, g.sub(exp, g.scalar(1)));
}

export const elementary: LoweringTable = {
  Abs: numeric((g, x) => g.op("Abs", [x])),
  Acos: floatOp("Acos"),
  Acosh: floatOp("Acosh"),
  Asin: floatOp("Asin"),
  Asinh: floatOp("Asinh"),
  Atan: floatOp("Atan"),
  Atanh: floatOp("Atanh"),
  Ceil: floatOp("Ceil"),
  Cos: floatOp("Cos"),
  Cosh: floatOp("Cosh"),
  Erf: floatOp("Erf"),
  /** The one function here whose result is always float32. */
  Exp: predicate((g, x) => g.op("Exp", [x])),
  Expm1: float(expm1),
  Floor: floatOp("Floor"),
  IsFinite: predicate((g, x) => g.op("Not", [g.op("Or", [g.op("IsNaN", [x]), g.op("IsInf", [x])])])),
  IsInf: predicate((g, x) => g.op("IsInf", [x])),
  IsNan: predicate((g, x) => g.op("IsNaN", [x])),
  Log: floatOp("Log"),
  Log1p: float(log1p),
  Neg: numeric((g, x) => g.neg(x)),
  Reciprocal: floatOp("Reciprocal"),
  Round: floatOp("Round"),
  Rsqrt: float((g, x) => g.op("Reciprocal", [g.op("Sqrt", [x])])),
  /** The sign of NaN is NaN, as in TensorFlow and ONNX; tfjs's cpu backend says 0. */
  Sign: numeric((g, x) => g.op("Sign", [x])),
  Sin: floatOp("Sin"),
  Sinh: floatOp("Sinh"),
  Sqrt: floatOp("Sqrt"),
  Square: numeric((g, x) => g.mul(x, x)),
  Tan: floatOp("Tan"),
  Tanh: floatOp("Tanh"),
};
