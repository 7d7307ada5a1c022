// Lowerings of matrix products.
import { sizeOf, type Value } from '../graph/value.ts';
import { activate } from './activations.ts';
import { input, inputList, type KernelCall, type LoweringTable } from './call.ts';

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
function product(call: KernelCall, bias?: Value): Value {
  const { g } = call;
  const { transposeA, transposeB } = call.attrs as ProductAttrs;
  const [a, b] = [input(call, 'a'), input(call, 'b')];
  if (a.dtype === 'float32' && a.shape.length === 2 && b.shape.length === 2) {
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
    const row = bias && isRow(bias) ? g.reshape(bias, [sizeOf(bias.shape)]) : undefined;
    const result = g.op('Gemm', row ? [a, b, row] : [a, b], attributes);
    return bias && !row ? g.add(result, bias) : result;
  }
  const result = g.op('MatMul', [transposeA ? swapped(call, a) : a, transposeB ? swapped(call, b) : b]);
  return bias ? g.add(result, bias) : result;
}

/** Whether all axes but the last have size 1. */
function isRow(value: Value): boolean {
  return value.shape.length > 0 && sizeOf(value.shape) === value.shape.at(-1);
}

export const matrix: LoweringTable = {
  BatchMatMul: (call) => product(call),
  _FusedMatMul: (call) => {
    const { activation, leakyreluAlpha } = call.attrs as FusedAttrs;
    const result = product(call, call.inputs.bias);
    return activate(call, result, activation, call.inputs.preluActivationWeights, leakyreluAlpha);
  },
  Einsum: (call) =>
    call.g.op('Einsum', inputList(call), { equation: (call.attrs as { equation: string }).equation }),
};
