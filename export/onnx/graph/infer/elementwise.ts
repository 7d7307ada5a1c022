// Inference for operators that work element by element, with broadcasting.
import { elementTypeOfCode } from "../types.ts";
import type { ValueSpec } from "../value.ts";
import { type InferCall, type InferRule, intAttribute, required } from "./rule.ts";
import { broadcast } from "./shapes.ts";

const sameAsFirst: InferRule = (call) => {
  const { dtype, shape } = required(call, 0);
  return new Array<ValueSpec>(call.outputCount).fill({ dtype, shape });
};
const boolLikeFirst: InferRule = (call) => [{ dtype: "bool", shape: required(call, 0).shape }];
const inputShapes = (call: InferCall) => call.inputs.flatMap((value) => (value ? [value.shape] : []));
const broadcastFirst: InferRule = (call) => [
  { dtype: required(call, 0).dtype, shape: broadcast(call.op, ...inputShapes(call)) },
];
const compare: InferRule = (call) => [{ dtype: "bool", shape: broadcast(call.op, ...inputShapes(call)) }];

const unary = [
  "Abs Acos Acosh Asin Asinh Atan Atanh Ceil Celu Clip Cos Cosh CumSum Elu Erf Exp Floor HardSigmoid HardSwish",
  "Identity LayerNormalization LeakyRelu Log LogSoftmax LRN BatchNormalization InstanceNormalization Neg Not",
  "RandomNormalLike RandomUniformLike Bernoulli Reciprocal Relu ReverseSequence Round ScatterElements ScatterND Selu",
  "Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Tan Tanh ThresholdedRelu Trilu PRelu",
]
  .join(" ")
  .split(" ");
const binary = "Add Sub Mul Div Pow Mod Min Max Sum Mean And Or Xor BitShift".split(" ");
const comparisons = "Equal Greater GreaterOrEqual Less LessOrEqual".split(" ");

export const elementwiseRules: Record<string, InferRule> = {
  ...Object.fromEntries(unary.map((op) => [op, sameAsFirst])),
  ...Object.fromEntries(binary.map((op) => [op, broadcastFirst])),
  ...Object.fromEntries(comparisons.map((op) => [op, compare])),
  IsNaN: boolLikeFirst,
  IsInf: boolLikeFirst,
  Cast: (call) => [{ dtype: elementTypeOfCode(intAttribute(call, "to", 0)), shape: required(call, 0).shape }],
  Where: (call) => [{ dtype: required(call, 1).dtype, shape: broadcast("Where", ...inputShapes(call)) }],
};
