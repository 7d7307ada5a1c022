// Lowerings of arithmetic, comparison and logic, element by element with broadcasting.
import { broadcast } from "../graph/infer/shapes.ts";
import type { Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";

/** Runs `compute` on int32 copies where ONNX Runtime has no kernel for bool, and brings the result back. */
function withoutBool(call: KernelCall, compute: (a: Value, b: Value) => Value): Value {
  const a = input(call, "a");
  const b = input(call, "b");
  if (a.dtype !== "bool") return compute(a, b);
  return call.g.cast(compute(call.g.cast(a, "int32"), call.g.cast(b, "int32")), "bool");
}

const binary =
  (op: string): Lowering =>
  (call) => {
    if (call.complex.size > 0) return { complex: call.g.op(op, [input(call, "a"), input(call, "b")]) };
    return withoutBool(call, (a, b) => call.g.op(op, [a, b]));
  };

const compare =
  (op: string): Lowering =>
  (call) => {
    const [a, b] = [input(call, "a"), input(call, "b")];
    const integer = a.dtype === "bool";
    return call.g.op(op, integer ? [call.g.cast(a, "int32"), call.g.cast(b, "int32")] : [a, b]);
  };

const logical =
  (op: string): Lowering =>
  (call) =>
    call.g.op(op, [call.g.cast(input(call, "a"), "bool"), call.g.cast(input(call, "b"), "bool")]);

/** (a + ib)(c + id) = (ac - bd) + i(ad + bc), on values whose last axis is (real, imaginary). */
function complexProduct({ g }: KernelCall, x: Value, y: Value): Value {
  const part = (value: Value, i: number) => {
    const last = value.shape.length - 1;
    return g.slice(value, [i], [i + 1], [last]);
  };
  const [a, b, c, d] = [part(x, 0), part(x, 1), part(y, 0), part(y, 1)];
  const real = g.sub(g.mul(a, c), g.mul(b, d));
  const imaginary = g.add(g.mul(a, d), g.mul(b, c));
  return g.concat([real, imaginary], real.shape.length - 1);
}

/** floor(a / b), also for negative integers, where ONNX's integer Div would truncate. */
const floorDiv: Lowering = (call) => {
  const { g } = call;
  const [a, b] = [input(call, "a"), input(call, "b")];
  if (a.dtype === "float32") return g.op("Floor", [g.div(a, b)]);
  return g.cast(g.op("Floor", [g.div(g.cast(a, "float64"), g.cast(b, "float64"))]), "int32");
};

/** The remainder with the divisor's sign: tfjs's mod, Python's %. */
const mod: Lowering = (call) => {
  const { g } = call;
  const [a, b] = [input(call, "a"), input(call, "b")];
  if (a.dtype === "int32") return g.op("Mod", [a, b]);
  const remainder = (x: Value) => g.op("Mod", [x, b], { fmod: 1 });
  return remainder(g.add(remainder(a), b));
};

/** The angle of (x, y) from atan(y / x) and the quadrant, with atan2's conventions on the axes. */
const atan2: Lowering = (call) => {
  const { g } = call;
  const shape = broadcast("Atan2", input(call, "a").shape, input(call, "b").shape);
  const y = g.expand(input(call, "a"), shape);
  const x = g.expand(input(call, "b"), shape);
  const zero = g.scalar(0);
  const isZero = (v: Value) => g.op("Equal", [v, zero]);
  const negative = (v: Value) => g.op("Less", [v, zero]);
  const bothZero = g.op("And", [isZero(x), isZero(y)]);
  const base = g.op("Atan", [g.div(y, g.where(bothZero, g.scalar(1), x))]);
  const signedPi = g.where(negative(y), g.scalar(-Math.PI), g.scalar(Math.PI));
  return g.where(negative(x), g.add(base, signedPi), base);
};

const select: Lowering = (call) => {
  const { g } = call;
  const condition = g.cast(input(call, "condition"), "bool");
  const [t, e] = [input(call, "t"), input(call, "e")];
  // A vector condition chooses whole rows of operands of higher rank.
  const rows = condition.shape.length === 1 && t.shape.length > 1;
  const wide = rows
    ? g.reshape(condition, [...condition.shape, ...t.shape.slice(1).map(() => 1)])
    : condition;
  if (t.dtype !== "bool") return g.where(wide, t, e);
  return g.cast(g.where(wide, g.cast(t, "int32"), g.cast(e, "int32")), "bool");
};

export const arithmetic: LoweringTable = {
  Add: binary("Add"),
  Sub: binary("Sub"),
  Multiply: (call) =>
    call.complex.size > 0
      ? { complex: complexProduct(call, input(call, "a"), input(call, "b")) }
      : withoutBool(call, (a, b) => call.g.mul(a, b)),
  RealDiv: (call) => call.g.div(input(call, "a"), input(call, "b")),
  FloorDiv: floorDiv,
  Mod: mod,
  Pow: (call) => call.g.op("Pow", [input(call, "a"), input(call, "b")]),
  Maximum: binary("Max"),
  Minimum: binary("Min"),
  SquaredDifference: (call) => {
    const difference = call.g.sub(input(call, "a"), input(call, "b"));
    return call.g.mul(difference, difference);
  },
  Atan2: atan2,
  AddN: (call) =>
    call.g.op(
      "Sum",
      Object.keys(call.inputs).map((name) => input(call, name)),
    ),
  Equal: compare("Equal"),
  NotEqual: (call) => call.g.op("Not", [compare("Equal")(call) as Value]),
  Greater: compare("Greater"),
  GreaterEqual: compare("GreaterOrEqual"),
  Less: compare("Less"),
  LessEqual: compare("LessOrEqual"),
  LogicalAnd: logical("And"),
  LogicalOr: logical("Or"),
  LogicalXor: logical("Xor"),
  LogicalNot: (call) => call.g.op("Not", [call.g.cast(input(call, "x"), "bool")]),
  Select: select,
};
