// Lowerings of arithmetic of two tensors, element by element with broadcasting.
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/value.ts";
import { input, inputList, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";
import { inFloat, truncate, withoutBool } from "./element-types.ts";

const operands = (call: KernelCall): [Value, Value] => [input(call, "a"), input(call, "b")];

type Compute = (g: GraphBuilder, a: Value, b: Value) => Value;

/** An operator that ONNX Runtime has for float32 and int32. */
const numeric =
  (compute: Compute): Lowering =>
  (call) =>
    withoutBool(call.g, operands(call), (a, b) => compute(call.g, a, b));

/** An operator that is computed in float32 and truncated for int32. */
const float =
  (compute: Compute): Lowering =>
  (call) =>
    inFloat(call.g, operands(call), (a, b) => compute(call.g, a, b));

/** Sums and differences of complex values are those of their parts. */
const linear =
  (op: string): Lowering =>
  (call) => {
    if (call.complex.size > 0) return { complex: call.g.op(op, operands(call)) };
    return numeric((g, a, b) => g.op(op, [a, b]))(call);
  };

/** (a + ib)(c + id) = (ac - bd) + i(ad + bc), on values whose last axis is (real, imaginary). */
function complexProduct(g: GraphBuilder, x: Value, y: Value): Value {
  const part = (value: Value, i: number) => g.slice(value, [i], [i + 1], [value.shape.length - 1]);
  const [a, b, c, d] = [part(x, 0), part(x, 1), part(y, 0), part(y, 1)];
  const real = g.sub(g.mul(a, c), g.mul(b, d));
  const imaginary = g.add(g.mul(a, d), g.mul(b, c));
  return g.concat([real, imaginary], real.shape.length - 1);
}

/**
 * floor(a / b) as int32, whatever the operands. In float64 the quotient of two float32 or int32 numbers never rounds
 * up to the next integer; a division by zero gives 0, as it does in tfjs, and no hardware fault.
 */
const floorDiv: Lowering = (call) => {
  const { g } = call;
  const [a, b] = operands(call);
  return truncate(g, g.op("Floor", [g.div(g.cast(a, "float64"), g.cast(b, "float64"))]));
};

/** The remainder with the divisor's sign: tfjs's mod, Python's %. */
function mod(g: GraphBuilder, a: Value, b: Value): Value {
  const zero = g.scalarLike(0, a);
  const remainder = g.op("Mod", [a, b], { fmod: 1 });
  const signsDiffer = g.op("Xor", [g.op("Less", [remainder, zero]), g.op("Less", [b, zero])]);
  const isWhole = g.op("Equal", [remainder, zero]);
  return g.where(g.op("And", [signsDiffer, g.op("Not", [isWhole])]), g.add(remainder, b), remainder);
}

/**
 * The angle of the point (x, y): atan(y / x), half a turn further where x is negative. Follows atan2's conventions on
 * the axes, for signed zeros and for infinities.
 */
function atan2(g: GraphBuilder, y: Value, x: Value): Value {
  const zero = g.scalar(0);
  const both = (condition: (v: Value) => Value) => g.op("And", [condition(x), condition(y)]);
  // 1/v tells -0 from 0.
  const isNegative = (v: Value) =>
    g.op("Or", [g.op("Less", [v, zero]), g.op("Less", [g.op("Reciprocal", [v]), zero])]);
  const atOrigin = both((v) => g.op("Equal", [v, zero]));
  const atInfinity = both((v) => g.op("IsInf", [v]));
  const quotient = g.div(
    g.where(atInfinity, g.op("Sign", [y]), y),
    g.where(atInfinity, g.op("Sign", [x]), x),
  );
  const base = g.op("Atan", [g.where(atOrigin, y, quotient)]);
  const halfTurn = g.where(isNegative(y), g.scalar(-Math.PI), g.scalar(Math.PI));
  return g.where(isNegative(x), g.add(base, halfTurn), base);
}

export const arithmetic: LoweringTable = {
  Add: linear("Add"),
  Sub: linear("Sub"),
  Multiply: (call) =>
    call.complex.size > 0
      ? { complex: complexProduct(call.g, ...operands(call)) }
      : numeric((g, a, b) => g.mul(a, b))(call),
  RealDiv: float((g, a, b) => g.div(a, b)),
  FloorDiv: floorDiv,
  // int32 goes through float64, where a remainder by zero is NaN and not an error.
  Mod: (call) => {
    const isFloat = input(call, "a").dtype === "float32";
    return inFloat(call.g, operands(call), (a, b) => mod(call.g, a, b), isFloat ? "float32" : "float64");
  },
  Pow: (call) => {
    const isFloat = input(call, "a").dtype === "float32";
    const compute = (a: Value, b: Value) => call.g.op("Pow", [a, b]);
    return inFloat(call.g, operands(call), compute, isFloat ? "float32" : "float64");
  },
  Maximum: numeric((g, a, b) => g.op("Max", [a, b])),
  Minimum: numeric((g, a, b) => g.op("Min", [a, b])),
  SquaredDifference: numeric((g, a, b) => {
    const difference = g.sub(a, b);
    return g.mul(difference, difference);
  }),
  Atan2: float(atan2),
  /** ONNX Runtime has Sum for floats only. */
  AddN: (call) => {
    const values = inputList(call);
    if (values[0]?.dtype === "float32") return call.g.op("Sum", values);
    return withoutBool(call.g, values, (...addends) => addends.reduce(call.g.add));
  },
};
