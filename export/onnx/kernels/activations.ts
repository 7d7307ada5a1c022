// Lowerings of functions of one tensor, element by element, and of softmax.
import type { Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";

const unary =
  (op: string): Lowering =>
  (call) =>
    call.g.op(op, [input(call, "x")]);

/** tfjs computes these in float32 whatever the input. */
const floatUnary =
  (op: string): Lowering =>
  (call) =>
    call.g.op(op, [call.g.cast(input(call, "x"), "float32")]);

/** Rounding leaves integers alone. */
const rounding =
  (op: string): Lowering =>
  (call) =>
    input(call, "x").dtype === "float32" ? unary(op)(call) : input(call, "x");

const predicate =
  (build: (g: KernelCall["g"], x: Value) => Value): Lowering =>
  (call) =>
    build(call.g, call.g.cast(input(call, "x"), "float32"));

/** Applies a fused kernel's activation by its tfjs name. */
export function activate(
  call: KernelCall,
  x: Value,
  name: string | null | undefined,
  preluWeights?: Value,
  leakyreluAlpha?: number,
): Value {
  const { g } = call;
  switch (name) {
    case null:
    case undefined:
    case "linear":
      return x;
    case "relu":
      return g.op("Relu", [x]);
    case "relu6":
      return g.op("Clip", [x, g.scalar(0), g.scalar(6)]);
    case "elu":
      return g.op("Elu", [x]);
    case "sigmoid":
      return g.op("Sigmoid", [x]);
    case "leakyrelu":
      return g.op("LeakyRelu", [x], { alpha: leakyreluAlpha ?? 0.2 });
    case "prelu":
      if (!preluWeights) throw new Error(`kernel ${call.kernel}: activation prelu without its weights`);
      return prelu(call, x, preluWeights);
    default:
      throw new Error(`kernel ${call.kernel}: unknown activation "${name}"`);
  }
}

function prelu({ g }: KernelCall, x: Value, alpha: Value): Value {
  return g.where(g.op("Less", [x, g.scalar(0)]), g.mul(x, alpha), x);
}

/** log(1 + x) without losing small x: x·log(u)/(u - 1) with u = 1 + x rounded (Kahan). */
const log1p: Lowering = (call) => {
  const { g } = call;
  const x = g.cast(input(call, "x"), "float32");
  const u = g.add(x, g.scalar(1));
  const rounded = g.sub(u, g.scalar(1));
  const exact = g.op("Equal", [rounded, g.scalar(0)]);
  const infinite = g.op("IsInf", [u]);
  const scaled = g.mul(g.op("Log", [u]), g.div(x, g.where(exact, g.scalar(1), rounded)));
  return g.where(exact, x, g.where(infinite, u, scaled));
};

/** exp(x) - 1 without losing small x: tanh(x/2)·(exp(x) + 1), which is equal. */
const expm1: Lowering = (call) => {
  const { g } = call;
  const x = g.cast(input(call, "x"), "float32");
  const exp = g.op("Exp", [x]);
  const small = g.mul(g.op("Tanh", [g.mul(x, g.scalar(0.5))]), g.add(exp, g.scalar(1)));
  return g.where(g.op("Less", [g.op("Abs", [x]), g.scalar(1)]), small, g.sub(exp, g.scalar(1)));
};

const step: Lowering = (call) => {
  const { g } = call;
  const { alpha = 0 } = call.attrs as { alpha?: number };
  const x = input(call, "x");
  const positive = g.op("Greater", [x, g.scalarLike(0, x)]);
  if (alpha === 0 && x.dtype === "int32") return g.cast(positive, "int32");
  if (x.dtype !== "float32") return g.where(positive, g.scalarLike(1, x), g.scalarLike(alpha, x));
  return alpha === 0 ? g.cast(positive, "float32") : g.where(positive, g.scalar(1), g.scalar(alpha));
};

export const activations: LoweringTable = {
  Abs: unary("Abs"),
  Acos: floatUnary("Acos"),
  Acosh: floatUnary("Acosh"),
  Asin: floatUnary("Asin"),
  Asinh: floatUnary("Asinh"),
  Atan: floatUnary("Atan"),
  Atanh: floatUnary("Atanh"),
  Ceil: rounding("Ceil"),
  Cos: floatUnary("Cos"),
  Cosh: floatUnary("Cosh"),
  Elu: floatUnary("Elu"),
  Erf: floatUnary("Erf"),
  Exp: floatUnary("Exp"),
  Expm1: expm1,
  Floor: rounding("Floor"),
  IsFinite: predicate((g, x) => g.op("Not", [g.op("Or", [g.op("IsNaN", [x]), g.op("IsInf", [x])])])),
  IsInf: predicate((g, x) => g.op("IsInf", [x])),
  IsNan: predicate((g, x) => g.op("IsNaN", [x])),
  LeakyRelu: (call) =>
    call.g.op("LeakyRelu", [input(call, "x")], { alpha: (call.attrs as { alpha: number }).alpha }),
  Log: floatUnary("Log"),
  Log1p: log1p,
  Neg: unary("Neg"),
  Prelu: (call) => prelu(call, input(call, "x"), input(call, "alpha")),
  Reciprocal: floatUnary("Reciprocal"),
  Relu: unary("Relu"),
  Relu6: (call) => activate(call, call.g.cast(input(call, "x"), "float32"), "relu6"),
  Round: rounding("Round"),
  Rsqrt: (call) => call.g.op("Reciprocal", [floatUnary("Sqrt")(call) as Value]),
  Selu: floatUnary("Selu"),
  Sigmoid: floatUnary("Sigmoid"),
  Sign: unary("Sign"),
  Sin: floatUnary("Sin"),
  Sinh: floatUnary("Sinh"),
  Softplus: floatUnary("Softplus"),
  Sqrt: floatUnary("Sqrt"),
  Square: (call) => call.g.mul(input(call, "x"), input(call, "x")),
  Step: step,
  Tan: floatUnary("Tan"),
  Tanh: floatUnary("Tanh"),
  ClipByValue: (call) => {
    const { clipValueMin, clipValueMax } = call.attrs as { clipValueMin: number; clipValueMax: number };
    const x = input(call, "x");
    return call.g.op("Clip", [x, call.g.scalarLike(clipValueMin, x), call.g.scalarLike(clipValueMax, x)]);
  },
  /** Gradient of elu from its output y: dy where y > 0, else dy·(y + 1). */
  EluGrad: (call) => {
    const { g } = call;
    const [dy, y] = [input(call, "dy"), input(call, "y")];
    const positive = g.op("GreaterOrEqual", [y, g.scalar(0)]);
    return g.where(positive, dy, g.mul(dy, g.add(y, g.scalar(1))));
  },
  Softmax: (call) => {
    const logits = call.g.cast(input(call, "logits"), "float32");
    const { dim } = call.attrs as { dim: number };
    return call.g.op("Softmax", [logits], { axis: dim });
  },
  LogSoftmax: (call) => {
    const logits = call.g.cast(input(call, "logits"), "float32");
    return call.g.op("LogSoftmax", [logits], { axis: (call.attrs as { axis: number }).axis });
  },
};
