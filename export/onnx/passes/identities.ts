// Removes nodes that change nothing.
import { broadcast } from "../graph/infer/shapes.ts";
import { constantData, producedBy, sameShape, sizeOf, type Value } from "../graph/value.ts";
import type { Rule, Site } from "./rewrite.ts";

const first = (site: Site) => site.inputs[0] as Value;

/** Whether a value is one number repeated, known to the program. */
function isNumber(value: Value | null | undefined, number: number): boolean {
  const data = constantData(value);
  return data !== undefined && data.length === 1 && Number(data[0]) === number;
}

const noOperation: Rule = (site) => {
  const x = first(site);
  const output = site.node.outputs[0] as Value;
  switch (site.op) {
    case "Identity":
      return x;
    case "Cast":
      return x.dtype === output.dtype ? x : undefined;
    case "Reshape":
    case "Expand":
    case "Tile":
    case "Slice":
    case "Pad":
      // These keep every element in its place exactly when they keep the shape (a reversing Slice has steps).
      return sameShape(x.shape, output.shape) && !site.inputs[4] ? x : undefined;
    case "Transpose":
      return (site.attributes.perm as readonly number[]).every((axis, i) => axis === i) ? x : undefined;
    case "Concat":
    case "Sum":
      return site.inputs.length === 1 ? x : undefined;
    default:
      return undefined;
  }
};

/** x·1, x/1, x+0 and x-0, where the other operand does not widen x. */
const neutralElement: Rule = (site) => {
  const [a, b] = site.inputs;
  if (!a || !b || site.inputs.length !== 2) return undefined;
  const { shape } = site.node.outputs[0] as Value;
  const neutral =
    site.op === "Mul" || site.op === "Div" ? 1 : site.op === "Add" || site.op === "Sub" ? 0 : undefined;
  if (neutral === undefined) return undefined;
  if (isNumber(b, neutral) && sameShape(a.shape, shape)) return a;
  const commutes = site.op === "Mul" || site.op === "Add";
  return commutes && isNumber(a, neutral) && sameShape(b.shape, shape) ? b : undefined;
};

const broadcasting = new Set(
  "Add Sub Mul Div Pow Min Max Equal Greater GreaterOrEqual Less LessOrEqual Where".split(" "),
);

/** An operand need not be expanded to a shape that the other operands have anyway. */
const expandedOperand: Rule = (site, { g }) => {
  if (!broadcasting.has(site.op)) return undefined;
  const { shape } = site.node.outputs[0] as Value;
  const unexpanded = site.inputs.map((value) => producedBy(value, "Expand")?.inputs[0] ?? value) as Value[];
  for (const keep of [undefined, ...site.inputs.keys()]) {
    const inputs = unexpanded.map((value, i) => (i === keep ? (site.inputs[i] as Value) : value));
    if (inputs.every((value, i) => value === site.inputs[i])) continue;
    if (sameShape(broadcast(site.op, ...inputs.map((value) => value.shape)), shape)) {
      return g.ops(site.op, inputs, site.attributes, 1, site.node.outputs);
    }
  }
  return undefined;
};

/** Repeating a size-1 axis is broadcasting, which consumers can do without. */
const tileAsExpand: Rule = (site, { g }) => {
  if (site.op !== "Tile") return undefined;
  const x = first(site);
  const { shape } = site.node.outputs[0] as Value;
  if (!constantData(site.inputs[1])) return undefined;
  if (!shape.every((dim, i) => dim === x.shape[i] || x.shape[i] === 1)) return undefined;
  // A 1 in Expand's shape keeps the axis as it is.
  const repeats = g.ints(shape.map((dim, i) => (dim === x.shape[i] ? 1 : dim)));
  return g.ops("Expand", [x, repeats], {}, 1, site.node.outputs)[0];
};

/** f(expand(x)) = expand(f(x)) for functions of one element. */
const unaryOfExpand: Rule = (site, { g }) => {
  if (!["Neg", "Cast", "Sqrt", "Reciprocal", "Exp", "Log", "Abs"].includes(site.op)) return undefined;
  const inner = producedBy(first(site), "Expand");
  if (!inner) return undefined;
  const small = g.op(site.op, [inner.inputs[0] as Value], site.attributes);
  return g.ops("Expand", [small, inner.inputs[1] as Value], {}, 1, site.node.outputs);
};

/** A product or quotient with an expanded number is computed on the number where both are expanded. */
const expandedPair: Rule = (site, { g }) => {
  if (site.op !== "Mul" && site.op !== "Div") return undefined;
  const [a, b] = site.inputs.map((value) => producedBy(value, "Expand"));
  const small = (node: typeof a, i: number) => (node ? node.inputs[0] : site.inputs[i]) as Value;
  if (!a && !b) return undefined;
  const [x, y] = [small(a, 0), small(b, 1)];
  const output = site.node.outputs[0] as Value;
  if (sizeOf(x.shape) * sizeOf(y.shape) !== 1) return undefined;
  const shape = (a ?? b)?.inputs[1] as Value;
  return g.ops("Expand", [g.op(site.op, [x, y], {}), shape], {}, 1, [output]);
};

export const identityRules: readonly Rule[] = [
  noOperation,
  neutralElement,
  tileAsExpand,
  expandedPair,
  unaryOfExpand,
  expandedOperand,
];
