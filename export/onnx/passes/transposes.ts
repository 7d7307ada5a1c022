// Moves transposes down through the program until they meet their inverse or fold into a neighbour.

import { positiveAxis } from "../graph/infer/shapes.ts";
import {
  constantData,
  constantNumbers,
  type Node,
  producedBy,
  type Shape,
  sizeOf,
  type Value,
} from "../graph/value.ts";
import type { Rule, Site, Tools } from "./rewrite.ts";

const permOf = (node: Node): readonly number[] => node.attributes.perm as readonly number[];
const inverse = (perm: readonly number[]): number[] => perm.map((_, i) => perm.indexOf(i));

/** Permuting only size-1 axes past others moves no element. */
function movesNothing(shape: Shape, perm: readonly number[]): boolean {
  const wide = perm.filter((axis) => shape[axis] !== 1);
  return wide.every((axis, i) => i === 0 || (wide[i - 1] as number) < axis);
}

const composed: Rule = (site, { g }) => {
  if (site.op !== "Transpose") return undefined;
  const inner = producedBy(site.inputs[0], "Transpose");
  if (!inner) return undefined;
  const perm = (site.attributes.perm as readonly number[]).map((axis) => permOf(inner)[axis] as number);
  return g.transpose(inner.inputs[0] as Value, perm);
};

const asReshape: Rule = (site, { g, fixedShapes }) => {
  if (site.op !== "Transpose" || !fixedShapes) return undefined;
  const x = site.inputs[0] as Value;
  const perm = site.attributes.perm as readonly number[];
  return movesNothing(x.shape, perm)
    ? g.reshape(
        x,
        perm.map((axis) => x.shape[axis] as number),
      )
    : undefined;
};

const elementwise = new Set(
  (
    "Abs Acos Acosh Asin Asinh Atan Atanh Ceil Clip Cos Cosh Elu Erf Exp Floor HardSigmoid LeakyRelu Log Neg Not " +
    "Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Tan Tanh Cast IsNaN IsInf " +
    "Add Sub Mul Div Pow Mod Min Max Sum Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Where"
  ).split(" "),
);

/**
 * f(Tx, Ty) = T f(x, y). Operands without the transpose are brought into the inner layout where that moves no
 * element (numbers, vectors along one axis) or is done once (constants).
 */
const throughElementwise: Rule = (site, tools) => {
  const { g } = tools;
  if (!elementwise.has(site.op)) return undefined;
  const transpose = site.inputs.flatMap((value) => producedBy(value, "Transpose") ?? [])[0];
  if (!transpose) return undefined;
  const perm = permOf(transpose);
  const output = site.node.outputs[0] as Value;
  if (output.shape.length !== perm.length) return undefined;
  const inputs: (Value | null)[] = [];
  for (const value of site.inputs) {
    const operand = value && innerOperand(value, perm, tools);
    if (operand === undefined) return undefined;
    inputs.push(operand);
  }
  const back = inverse(perm);
  const shape = back.map((axis) => output.shape[axis] as number);
  const result = g.ops(site.op, inputs, site.attributes, 1, [{ dtype: output.dtype, shape }]);
  return g.transpose(result[0] as Value, perm);
};

function innerOperand(
  value: Value,
  perm: readonly number[],
  { g, isConstant, fixedShapes }: Tools,
): Value | undefined {
  const transpose = producedBy(value, "Transpose");
  if (transpose && permOf(transpose).join() === perm.join()) return transpose.inputs[0] as Value;
  if (sizeOf(value.shape) === 1 && value.shape.length <= 1) return value;
  const rank = perm.length;
  const full = [...new Array<number>(rank - value.shape.length).fill(1), ...value.shape];
  const back = inverse(perm);
  if (isConstant(value)) return g.transpose(g.reshape(value, full), back);
  if (!movesNothing(full, back)) return undefined;
  const moved = back.map((axis) => full[axis] as number);
  if (fixedShapes) return g.reshape(value, moved);
  return full.length === value.shape.length ? g.transpose(value, back) : undefined;
}

const byAxesAttribute = new Set(
  "ReduceMax ReduceMin ReduceMean ReduceProd ReduceL1 ReduceL2 ReduceSumSquare".split(" "),
);

/** A reduction reads the untransposed tensor along other axes; what is left of the permutation moves behind it. */
const throughReduction: Rule = (site, { g }) => {
  const isSum = site.op === "ReduceSum";
  if (!isSum && !byAxesAttribute.has(site.op)) return undefined;
  const transpose = producedBy(site.inputs[0], "Transpose");
  if (!transpose) return undefined;
  const perm = permOf(transpose);
  const given = isSum
    ? site.inputs[1] && constantNumbers(site.inputs[1], "axes")
    : (site.attributes.axes as readonly number[] | undefined);
  const outer = (given ?? perm.map((_, i) => i)).map((axis) => positiveAxis(axis, perm.length));
  const axes = outer.map((axis) => perm[axis] as number).sort((a, b) => a - b);
  const x = transpose.inputs[0] as Value;
  const attributes = { ...site.attributes, ...(isSum ? {} : { axes }) };
  const result = g.op(site.op, isSum ? [x, g.ints(axes)] : [x], attributes);
  if (site.attributes.keepdims !== 0) return g.transpose(result, perm);
  const left = perm.filter((_, i) => !outer.includes(i));
  const sorted = [...left].sort((a, b) => a - b);
  return g.transpose(
    result,
    left.map((axis) => sorted.indexOf(axis)),
  );
};

/** Operators with one axis: softmax along it, joining along it. */
const throughAxis: Rule = (site, { g }) => {
  if (site.op !== "Softmax" && site.op !== "LogSoftmax" && site.op !== "Concat") return undefined;
  const transposes = site.inputs.map((value) => producedBy(value, "Transpose"));
  const [transpose] = transposes;
  if (!transpose || transposes.some((other) => !other || permOf(other).join() !== permOf(transpose).join())) {
    return undefined;
  }
  const perm = permOf(transpose);
  const axis = perm[positiveAxis(site.attributes.axis as number, perm.length)] as number;
  const inputs = transposes.map((node) => (node as Node).inputs[0] as Value);
  return g.transpose(g.op(site.op, inputs, { ...site.attributes, axis }), perm);
};

const throughPad: Rule = (site, { g }) => {
  const transpose = producedBy(site.inputs[0], "Transpose");
  if (site.op !== "Pad" || !transpose || !constantData(site.inputs[1])) return undefined;
  const perm = permOf(transpose);
  const pads = constantNumbers(site.inputs[1], "pads");
  const back = inverse(perm);
  const moved = [...back.map((i) => pads[i] as number), ...back.map((i) => pads[i + perm.length] as number)];
  const inputs = [transpose.inputs[0] as Value, g.ints(moved), ...site.inputs.slice(2)];
  return g.transpose(g.op("Pad", inputs, site.attributes), perm);
};

const throughSlice: Rule = (site, { g }) => {
  const transpose = producedBy(site.inputs[0], "Transpose");
  if (site.op !== "Slice" || !transpose || !site.inputs[3]) return undefined;
  const perm = permOf(transpose);
  const axes = constantNumbers(site.inputs[3], "axes").map(
    (axis) => perm[positiveAxis(axis, perm.length)] as number,
  );
  const [, starts, ends, , steps] = site.inputs;
  const inputs = [transpose.inputs[0] as Value, starts as Value, ends as Value, g.ints(axes)];
  const output = site.node.outputs[0] as Value;
  const shape = inverse(perm).map((axis) => output.shape[axis] as number);
  const sliced = g.ops("Slice", steps ? [...inputs, steps] : inputs, {}, 1, [{ dtype: output.dtype, shape }]);
  return g.transpose(sliced[0] as Value, perm);
};

/** Gemm reads transposed matrices as they are. */
const intoGemm: Rule = (site, { g }) => {
  if (site.op !== "Gemm") return undefined;
  const side = (i: 0 | 1, flag: "transA" | "transB") => {
    const transpose = producedBy(site.inputs[i], "Transpose");
    return transpose ? { value: transpose.inputs[0] as Value, flag, i } : undefined;
  };
  const found = side(0, "transA") ?? side(1, "transB");
  if (!found) return undefined;
  const inputs = site.inputs.map((value, i) => (i === found.i ? found.value : value));
  return g.op("Gemm", inputs, { ...site.attributes, [found.flag]: site.attributes[found.flag] ? 0 : 1 });
};

/**
 * A dense layer after a flattened NHWC image reads the NCHW image as it is, once the rows of its constant weights
 * have been permuted.
 */
const intoDenseWeights: Rule = (site: Site, { g, isConstant }) => {
  const weights = site.inputs[1];
  if (site.op !== "Gemm" || !weights || !isConstant(weights) || site.attributes.transA) return undefined;
  if (site.attributes.transB) return undefined;
  const reshape = producedBy(site.inputs[0], "Reshape");
  const transpose = producedBy(reshape?.inputs[0], "Transpose");
  if (!reshape || !transpose) return undefined;
  const perm = permOf(transpose);
  const x = transpose.inputs[0] as Value;
  const flat = reshape.outputs[0] as Value;
  const outer = perm.map((axis) => x.shape[axis] as number);
  // The first axis must stay in front, and all others be flattened into one.
  if (perm[0] !== 0 || flat.shape.length !== 2 || flat.shape[0] !== x.shape[0]) return undefined;
  const columns = weights.shape[1] as number;
  const inner = inverse(perm)
    .slice(1)
    .map((axis) => axis - 1);
  const grid = g.reshape(weights, [...outer.slice(1), columns]);
  const moved = g.reshape(g.transpose(grid, [...inner, inner.length]), weights.shape);
  const input = g.ops("Reshape", [x, reshape.inputs[1] as Value], reshape.attributes, 1, [flat])[0] as Value;
  return g.op("Gemm", site.inputs.with(0, input).with(1, moved), site.attributes);
};

export const transposeRules: readonly Rule[] = [
  composed,
  asReshape,
  throughElementwise,
  throughReduction,
  throughAxis,
  throughPad,
  throughSlice,
  intoGemm,
  intoDenseWeights,
];
