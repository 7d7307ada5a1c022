// Inference for reductions, arg-reductions and top-k.
import { constantNumbers, type Shape } from "../value.ts";
import { type InferRule, intAttribute, intsAttribute, required } from "./rule.ts";
import { positiveAxis } from "./shapes.ts";

function reduced(shape: Shape, axes: readonly number[] | undefined, keep: boolean): number[] {
  const at = new Set((axes ?? shape.map((_, i) => i)).map((axis) => positiveAxis(axis, shape.length)));
  return keep ? shape.map((d, i) => (at.has(i) ? 1 : d)) : shape.filter((_, i) => !at.has(i));
}

const axesAttribute: InferRule = (call) => {
  const { dtype, shape } = required(call, 0);
  return [
    { dtype, shape: reduced(shape, intsAttribute(call, "axes"), intAttribute(call, "keepdims", 1) === 1) },
  ];
};

const argReduction: InferRule = (call) => {
  const { shape } = required(call, 0);
  const keep = intAttribute(call, "keepdims", 1) === 1;
  return [{ dtype: "int64", shape: reduced(shape, [intAttribute(call, "axis", 0)], keep) }];
};

const byAttribute =
  "ReduceMax ReduceMin ReduceMean ReduceProd ReduceL1 ReduceL2 ReduceLogSumExp ReduceSumSquare";

export const reductionRules: Record<string, InferRule> = {
  ...Object.fromEntries(byAttribute.split(" ").map((op) => [op, axesAttribute])),
  ReduceSum: (call) => {
    const { dtype, shape } = required(call, 0);
    const axes = call.inputs[1] ? constantNumbers(call.inputs[1], "ReduceSum: axes") : undefined;
    return [{ dtype, shape: reduced(shape, axes, intAttribute(call, "keepdims", 1) === 1) }];
  },
  ArgMax: argReduction,
  ArgMin: argReduction,
  TopK: (call) => {
    const { dtype, shape } = required(call, 0);
    const k = constantNumbers(call.inputs[1], "TopK: k")[0] ?? 0;
    const result = shape.with(positiveAxis(intAttribute(call, "axis", -1), shape.length), k);
    return [
      { dtype, shape: result },
      { dtype: "int64", shape: result },
    ];
  },
};
