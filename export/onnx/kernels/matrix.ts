// Lowerings of matrix products.
import { sizeOf, type Value } from "../graph/value.ts";
import { activate } from "./activations.ts";
import { input, inputList, type KernelCall, type LoweringTable } from "./call.ts";
import { inFloat, withoutBool } from "./element-types.ts";

interface ProductAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface FusedAttrs extends ProductAttrs {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
}

/** Swaps the last two axes. */
function swapped({ g }: KernelCall, x: Value): Value {
  const axes = x.shape.map((_, i) => i);
  return g.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

/**
 * a·b over the last two axes, batched over the others, which broadcast. Two matrices make a Gemm, which takes
 * transposed operands and a bias as they are; ONNX Runtime has it for floats only.
 */
function product(call: KernelCall, a: Value, b: Value, bias?: Value): Value {
  const { g } = call;
  const { transposeA, transposeB } = call.attrs as ProductAttrs;
  if (a.dtype === "float32" && a.shape.length === 2 && b.shape.length === 2) {
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
    const row = bias && isRow(bias) ? g.reshape(bias, [sizeOf(bias.shape)]) : undefined;
    const result = g.op("Gemm", row ? [a, b, row] : [a, b], attributes);
    return bias && !row ? g.add(result, bias) : result;
  }
  const result = g.op("MatMul", [transposeA ? swapped(call, a) : a, transposeB ? swapped(call, b) : b]);
  return bias ? g.add(result, bias) : result;
}

/** Whether all axes but the last have size 1. */
function isRow(value: Value): boolean {
  return value.shape.length > 0 && sizeOf(value.shape) === value.shape.at(-1);
}

export const matrix: LoweringTable = {
  BatchMatMul: (call) =>
    withoutBool(call.g, [input(call, "a"), input(call, "b")], (a, b) => product(call, a, b)),
  _FusedMatMul: (call) => {
    const { activation, leakyreluAlpha } = call.attrs as FusedAttrs;
    const { bias, preluActivationWeights } = call.inputs;
    const result = product(call, input(call, "a"), input(call, "b"), bias);
    return inFloat(call.g, [result], (x) =>
      activate(call, x, activation, preluActivationWeights, leakyreluAlpha),
    );
  },
  Einsum: (call) =>
    call.g.op("Einsum", inputList(call), { equation: (call.attrs as { equation: string }).equation }),
};
