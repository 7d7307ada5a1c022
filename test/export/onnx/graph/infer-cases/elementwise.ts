// Nodes that work element by element.
import fc from "fast-check";
import { elementTypeCode } from "../../../../../export/onnx/graph/types.ts";
import type { ElementType } from "../../../../../export/onnx/graph/value.ts";
import { broadcastShapes, shapes, shapesWithAxes } from "../../../../helpers/shapes.ts";
import { axisOf, type CaseTable, fed, type NodeCase, number } from "./node.ts";

const anyShape = shapes(0, 4, 0);

const unary = (...dtypes: ElementType[]) =>
  fc
    .tuple(anyShape, fc.constantFrom(...dtypes))
    .map(([shape, dtype]): NodeCase => ({ inputs: [fed(shape, dtype)] }));

const binary = (...dtypes: ElementType[]) =>
  fc
    .tuple(broadcastShapes(2, 0), fc.constantFrom(...dtypes))
    .map(([both, dtype]): NodeCase => ({ inputs: both.map((shape) => fed(shape, dtype)) }));

const variadic = (...dtypes: ElementType[]) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 4 }).chain((n) => broadcastShapes(n)),
      fc.constantFrom(...dtypes),
    )
    .map(([all, dtype]): NodeCase => ({ inputs: all.map((shape) => fed(shape, dtype)) }));

const table = (names: string, cases: fc.Arbitrary<NodeCase>): CaseTable =>
  Object.fromEntries(names.split(" ").map((name) => [name, cases]));

/** Floats of shape [batch, channels, …] with `vectors` operands along the channels. */
const perChannel = (vectors: number, minRank: number) =>
  shapes(minRank, 4).map((shape): NodeCase => {
    const vector = fed([shape[1] as number]);
    return { inputs: [fed(shape), ...new Array(vectors).fill(vector)] };
  });

const withAxis = shapesWithAxes();

export const elementwiseCases: CaseTable = {
  ...table(
    "Acos Acosh Asin Asinh Atan Atanh Bernoulli Ceil Celu Cos Cosh Elu Erf Exp Floor HardSigmoid HardSwish LeakyRelu " +
      "Log RandomNormalLike RandomUniformLike Reciprocal Round Selu Sigmoid Sin Sinh Softplus Softsign Sqrt Tan Tanh " +
      "ThresholdedRelu IsNaN IsInf",
    unary("float32"),
  ),
  ...table("Abs Identity Neg Relu Sign", unary("float32", "int32")),
  Not: unary("bool"),
  ...table("Add Sub Mul Div", binary("float32", "float64")),
  Pow: binary("float32", "int32"),
  ...table("And Or Xor", binary("bool")),
  ...table("Equal Greater GreaterOrEqual Less LessOrEqual", binary("float32", "int32")),
  ...table("Max Min", variadic("float32", "int32")),
  ...table("Mean Sum", variadic("float32")),
  Mod: binary("float32").map((node) => ({ ...node, attributes: { fmod: 1 } })),
  BitShift: binary("uint8").map((node) => ({ ...node, attributes: { direction: "LEFT" } })),
  Cast: fc
    .tuple(
      unary("float32", "int32", "bool", "uint8", "int64"),
      fc.constantFrom<ElementType[]>("float32", "float64", "float16", "int32", "int64", "bool", "uint8"),
    )
    .map(([node, to]) => ({ ...node, attributes: { to: elementTypeCode(to) } })),
  Where: fc
    .tuple(broadcastShapes(3, 0), fc.constantFrom<ElementType[]>("float32", "int32"))
    .map(([[c = [], a = [], b = []], dtype]) => ({ inputs: [fed(c, "bool"), fed(a, dtype), fed(b, dtype)] })),
  Clip: anyShape.map((shape) => ({ inputs: [fed(shape), number(0), number(1)] })),
  PRelu: shapes(1, 4).map((shape) => ({ inputs: [fed(shape), fed(shape.slice(-1))] })),
  CumSum: withAxis.map(({ shape, axes: [axis = 0] }) => ({ inputs: [fed(shape), number(axis, "int64")] })),
  ...table(
    "Softmax LogSoftmax",
    withAxis.map(({ shape, axes: [axis = 0] }) => ({ inputs: [fed(shape)], attributes: { axis } })),
  ),
  Trilu: shapes(2, 4).map((shape) => ({ inputs: [fed(shape)] })),
  LayerNormalization: shapes(1, 4).map((shape) => ({
    inputs: [fed(shape), fed(shape.slice(-1))],
    attributes: { axis: -1 },
  })),
  LRN: shapes(4, 4).map((shape) => ({ inputs: [fed(shape)], attributes: { size: 3 } })),
  BatchNormalization: perChannel(4, 2),
  InstanceNormalization: perChannel(2, 3),
  ReverseSequence: shapes(2, 4).map((shape) => ({
    inputs: [fed(shape), fed([shape[1] as number], "int64", new Array(shape[1]).fill(1))],
  })),
  ScatterElements: shapes(1, 4)
    .chain((shape) => fc.tuple(fc.constant(shape), axisOf(shape)))
    .map(([shape, axis]) => ({
      inputs: [fed(shape), fed(shape, "int64"), fed(shape)],
      attributes: { axis },
    })),
  ScatterND: shapes(1, 4).map((shape) => ({
    inputs: [fed(shape), fed([2, 1], "int64"), fed([2, ...shape.slice(1)])],
  })),
};
