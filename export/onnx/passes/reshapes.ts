// Moves reshapes down until they meet another, and joins chains of them. Squeeze and Unsqueeze are reshapes, too.
import { positiveAxis } from "../graph/infer/shapes.ts";
import {
  constantData,
  constantNumbers,
  type Node,
  producedBy,
  producerOf,
  sameShape,
  sizeOf,
  type Value,
} from "../graph/value.ts";
import { isColumn } from "./columns.ts";
import type { Rule } from "./rewrite.ts";

const reshapes = new Set(["Reshape", "Squeeze", "Unsqueeze"]);

function reshapeOf(value: Value | null | undefined): Node | undefined {
  const node = value ? producerOf(value) : undefined;
  return node && reshapes.has(node.op) ? node : undefined;
}

/** Only the last of several reshapes matters, and none where the first shape comes back. */
const chain: Rule = (site, { g }) => {
  if (!reshapes.has(site.op)) return undefined;
  const output = site.node.outputs[0] as Value;
  let x = site.inputs[0] as Value;
  let inner = reshapeOf(x);
  if (!inner) return undefined;
  while (inner) {
    x = inner.inputs[0] as Value;
    if (sameShape(x.shape, output.shape)) return x;
    inner = reshapeOf(x);
  }
  if (site.op !== "Reshape" || !site.inputs[1]) return undefined;
  return g.ops("Reshape", [x, site.inputs[1]], {}, 1, [output])[0];
};

/** A reshape to known sizes, then Squeeze or Unsqueeze, is a reshape to other sizes; -1 keeps its meaning. */
const reshapedOnce: Rule = (site, { g }) => {
  if (site.op !== "Squeeze" && site.op !== "Unsqueeze") return undefined;
  const reshape = producedBy(site.inputs[0], "Reshape");
  const data = constantData(reshape?.inputs[1]);
  const output = site.node.outputs[0] as Value;
  if (!reshape || !data || !constantData(site.inputs[1])) return undefined;
  const sizes = Array.from(data, Number);
  if (sizes.includes(0)) return undefined;
  const rank = Math.max(sizes.length, output.shape.length);
  const axes = constantNumbers(site.inputs[1], "axes").map((axis) => positiveAxis(axis, rank));
  const target =
    site.op === "Squeeze"
      ? sizes.filter((_, axis) => !axes.includes(axis))
      : axes.sort((a, b) => a - b).reduce((all, axis) => all.toSpliced(axis, 0, 1), sizes);
  return g.ops("Reshape", [reshape.inputs[0] as Value, g.ints(target)], {}, 1, [output])[0];
};

const unary = new Set(
  (
    "Abs Cast Ceil Clip Elu Erf Exp Floor HardSigmoid LeakyRelu Log Neg Not Reciprocal Relu Selu Sigmoid Sign " +
    "Softplus Sqrt Tanh"
  ).split(" "),
);
const binary = new Set(["Add", "Sub", "Mul", "Div"]);

/** The node's reshape with the same target, on another value. */
function again(g: Parameters<Rule>[1]["g"], reshape: Node, x: Value, output: Value): Value {
  const inputs = [x, ...reshape.inputs.slice(1)];
  return g.ops(reshape.op, inputs, reshape.attributes, 1, [output])[0] as Value;
}

/** f(reshape(x)) = reshape(f(x)). */
const behindUnary: Rule = (site, { g }) => {
  const reshape = unary.has(site.op) ? reshapeOf(site.inputs[0]) : undefined;
  if (!reshape) return undefined;
  const x = reshape.inputs[0] as Value;
  const output = site.node.outputs[0] as Value;
  const spec = { dtype: output.dtype, shape: x.shape };
  const [result] = g.ops(site.op, [x, ...site.inputs.slice(1)], site.attributes, 1, [spec]);
  return again(g, reshape, result as Value, output);
};

/** reshape(x) ∘ y = reshape(x ∘ y) for a number y, or a row y where the reshape keeps the last axis. */
const behindBinary: Rule = (site, { g }) => {
  if (!binary.has(site.op)) return undefined;
  const output = site.node.outputs[0] as Value;
  for (const i of [0, 1] as const) {
    const reshape = reshapeOf(site.inputs[i]);
    const other = site.inputs[1 - i] as Value;
    if (!reshape || !sameShape((site.inputs[i] as Value).shape, output.shape)) continue;
    const x = reshape.inputs[0] as Value;
    // Beside a column numbers are slow.
    const isSlower = isColumn(x.shape) && !isColumn(output.shape);
    const isNumber = sizeOf(other.shape) === 1 && other.shape.length <= x.shape.length && !isSlower;
    const isRow =
      other.shape.length === 1 &&
      x.shape.at(-1) === output.shape.at(-1) &&
      other.shape[0] === output.shape.at(-1);
    if (!isNumber && !isRow) continue;
    const inputs = i === 0 ? [x, other] : [other, x];
    const [result] = g.ops(site.op, inputs, site.attributes, 1, [{ dtype: output.dtype, shape: x.shape }]);
    return again(g, reshape, result as Value, output);
  }
  return undefined;
};

/** A product of "batches" of one matrix is a product of matrices, which Gemm does with transposes and a bias. */
const productOfOne: Rule = (site, { g }) => {
  const [a, b] = site.inputs;
  if (site.op !== "MatMul" || !a || !b || a.dtype !== "float32") return undefined;
  if (a.shape.length < 3 || b.shape.length !== a.shape.length) return undefined;
  const axes = a.shape.slice(0, -2).map((_, i) => i);
  if (axes.some((axis) => a.shape[axis] !== 1 || b.shape[axis] !== 1)) return undefined;
  const leading = g.ints(axes);
  const matrix = (x: Value) => g.op("Squeeze", [x, leading]);
  const product = g.op("Gemm", [matrix(a), matrix(b)]);
  return g.ops("Unsqueeze", [product, leading], {}, 1, site.node.outputs)[0];
};

/** Squeeze of a transpose of the last two axes: the transpose of the squeezed. Lets Gemm take it as a flag. */
const squeezedTranspose: Rule = (site, { g }) => {
  const transpose = site.op === "Squeeze" ? producedBy(site.inputs[0], "Transpose") : undefined;
  if (!transpose || !site.inputs[1]) return undefined;
  const perm = transpose.attributes.perm as readonly number[];
  const x = transpose.inputs[0] as Value;
  const swapsLast = perm.every((axis, i) =>
    i < perm.length - 2 ? axis === i : axis === 2 * perm.length - 3 - i,
  );
  const output = site.node.outputs[0] as Value;
  if (!swapsLast || output.shape.length !== 2 || x.shape.slice(0, -2).some((dim) => dim !== 1))
    return undefined;
  return g.transpose(g.op("Squeeze", [x, site.inputs[1]]), [1, 0]);
};

export const reshapeRules: readonly Rule[] = [
  chain,
  reshapedOnce,
  behindUnary,
  behindBinary,
  productOfOne,
  squeezedTranspose,
];
