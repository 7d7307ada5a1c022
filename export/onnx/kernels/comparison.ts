// Lowerings of comparison, logic and choice, element by element with broadcasting.
import * as tf from "@tensorflow/tfjs";
import type { ElementType, Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";
import { withoutBool } from "./element-types.ts";

const compare =
  (op: string) =>
  (call: KernelCall): Value =>
    withoutBool(call.g, [input(call, "a"), input(call, "b")], (a, b) => call.g.op(op, [a, b]));

const logical =
  (op: string): Lowering =>
  (call) =>
    call.g.op(op, [call.g.cast(input(call, "a"), "bool"), call.g.cast(input(call, "b"), "bool")]);

/** A vector condition chooses whole rows of operands of higher rank (tfjs's cpu backend mixes them up). */
const select: Lowering = (call) => {
  const { g } = call;
  const condition = g.cast(input(call, "condition"), "bool");
  const [t, e] = [input(call, "t"), input(call, "e")];
  const rows = condition.shape.length === 1 && t.shape.length > 1;
  const ones = t.shape.slice(1).map(() => 1);
  const wide = rows ? g.reshape(condition, [...condition.shape, ...ones]) : condition;
  const dtype = tf.upcastType(t.dtype as tf.DataType, e.dtype as tf.DataType) as ElementType;
  const values = [g.cast(t, dtype), g.cast(e, dtype)];
  return withoutBool(g, values, (whenTrue, whenFalse) => g.where(wide, whenTrue, whenFalse));
};

export const comparison: LoweringTable = {
  Equal: compare("Equal"),
  NotEqual: (call) => call.g.op("Not", [compare("Equal")(call)]),
  Greater: compare("Greater"),
  GreaterEqual: compare("GreaterOrEqual"),
  Less: compare("Less"),
  LessEqual: compare("LessOrEqual"),
  LogicalAnd: logical("And"),
  LogicalOr: logical("Or"),
  LogicalNot: (call) => call.g.op("Not", [call.g.cast(input(call, "x"), "bool")]),
  Select: select,
};
