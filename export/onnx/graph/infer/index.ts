// Element types and shapes of an ONNX node's outputs, by operator (opset 17).
import type { ValueSpec } from "../value.ts";
import { elementwiseRules } from "./elementwise.ts";
import { layoutRules } from "./layout.ts";
import { neuralRules } from "./neural.ts";
import { reductionRules } from "./reduction.ts";
import type { InferCall, InferRule } from "./rule.ts";

const rules: Readonly<Record<string, InferRule>> = {
  ...elementwiseRules,
  ...layoutRules,
  ...reductionRules,
  ...neuralRules,
};

/** The operators that `infer` knows. */
export const inferredOperators: readonly string[] = Object.keys(rules);

/** Infers a node's outputs. Throws for an operator without a rule or inputs that do not fit. */
export function infer(call: InferCall): readonly ValueSpec[] {
  const rule = rules[call.op];
  if (!rule) throw new Error(`no shape inference for ONNX operator ${call.op}`);
  return rule(call);
}
