// Element types around operators: what tfjs gives for an int32 or bool tensor where ONNX has no such kernel.
import type { GraphBuilder } from "../graph/builder.ts";
import type { ElementType, Value } from "../graph/value.ts";

/** Truncates towards zero; NaN and infinities become 0, as in a JavaScript Int32Array. */
export function truncate(g: GraphBuilder, x: Value): Value {
  if (!x.dtype.startsWith("float")) return g.cast(x, "int32");
  const zero = g.scalarLike(0, x);
  const finite = g.op("Equal", [g.sub(x, x), zero]);
  return g.cast(g.where(finite, x, zero), "int32");
}

/** Brings a float result back to the element type of the operands: tfjs's kernels keep it. */
export function backTo(g: GraphBuilder, x: Value, dtype: ElementType): Value {
  if (x.dtype === dtype) return x;
  if (dtype === "int32") return truncate(g, x);
  return g.cast(dtype === "bool" && x.dtype !== "int32" ? truncate(g, x) : x, dtype);
}

/** Runs `compute` in a float type and gives its result the element type of the first operand. */
export function inFloat(
  g: GraphBuilder,
  operands: readonly Value[],
  compute: (...operands: Value[]) => Value,
  float: "float32" | "float64" = "float32",
): Value {
  const result = compute(...operands.map((x) => g.cast(x, float)));
  return backTo(g, result, operands[0]?.dtype ?? "float32");
}

/** Runs `compute` on int32 copies of bool operands and brings the result back: 0 is false, all else true. */
export function withoutBool(
  g: GraphBuilder,
  operands: readonly Value[],
  compute: (...operands: Value[]) => Value,
): Value {
  if (operands[0]?.dtype !== "bool") return compute(...operands);
  return g.cast(compute(...operands.map((x) => g.cast(x, "int32"))), "bool");
}
