// Elementwise operators with a number beside a tensor whose last axis has one element, such as gray images as tfjs has
// them. ONNX Runtime on the CPU takes one element at a time there (its BroadcastIterator in element_wise_ops.h makes
// spans of the last axis first): 1.7 ms instead of 0.1 for 200,000 values.
import { type Shape, sameShape, sizeOf, type Value } from "../graph/value.ts";
import type { Rule } from "./rewrite.ts";

const elementwise = new Set(
  "Add Sub Mul Div Pow Max Min Equal Greater GreaterOrEqual Less LessOrEqual Where".split(" "),
);

/** Whether the last axis has one element, and those before it more. */
export function isColumn(shape: Shape): boolean {
  return shape.length > 1 && shape.at(-1) === 1 && sizeOf(shape) > 1;
}

/** x ∘ number = unsqueeze(squeeze(x) ∘ number), without the last axes. */
export const numberBesideColumn: Rule = (site, { g }) => {
  const output = site.node.outputs[0] as Value;
  const { shape } = output;
  if (!elementwise.has(site.op) || !isColumn(shape)) return undefined;
  const inputs = site.inputs as readonly Value[];
  const kept = shape.findLastIndex((size) => size !== 1) + 1;
  const isNumber = ({ shape: own }: Value) => sizeOf(own) === 1 && own.length <= kept;
  const isWhole = ({ shape: own }: Value) => sameShape(own, shape);
  if (!inputs.some(isNumber) || !inputs.every((value) => isNumber(value) || isWhole(value))) return undefined;
  const axes = g.ints(shape.map((_, axis) => axis).slice(kept));
  const result = g.op(
    site.op,
    inputs.map((value) => (isNumber(value) ? value : g.op("Squeeze", [value, axes]))),
    site.attributes,
  );
  return g.ops("Unsqueeze", [result, axes], {}, 1, [output])[0];
};
