// Lowerings of matrix products.
import { dim } from "../graph/infer/shapes.ts";
import { sizeOf, type Value } from "../graph/value.ts";
import { activate } from "./activations.ts";
import { input, type KernelCall, type LoweringTable } from "./call.ts";

interface ProductAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Whether a value is one matrix, possibly with leading axes of size 1. */
function isOneMatrix(value: Value): boolean {
  return sizeOf(value.shape.slice(0, -2)) === 1;
}

/** [..., rows, columns] as [rows, columns]. */
function asMatrix({ g }: KernelCall, value: Value): Value {
  return g.reshape(value, value.shape.slice(-2));
}

/**
 * a·b over the last two axes, batched over the others. One matrix times one matrix is a Gemm, which takes
 * transposed operands and a bias as they are; only real batches need MatMul.
 */
function product(call: KernelCall, bias?: Value): Value {
  const { g } = call;
  const { transposeA, transposeB } = call.attrs as ProductAttrs;
  const dtype = input(call, "a").dtype;
  const a = g.cast(input(call, "a"), "float32");
  const b = g.cast(input(call, "b"), "float32");
  if (isOneMatrix(a) && isOneMatrix(b)) {
    const c =
      bias && sizeOf(bias.shape) === dim(bias.shape, -1) ? g.reshape(bias, [sizeOf(bias.shape)]) : undefined;
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
    const inputs = [asMatrix(call, a), asMatrix(call, b)];
    const result = g.op("Gemm", c ? [...inputs, c] : inputs, attributes);
    const rank = Math.max(a.shape.length, b.shape.length);
    const full = g.reshape(result, [...new Array<number>(rank - 2).fill(1), ...result.shape]);
    return g.cast(bias && !c ? g.add(full, bias) : full, dtype);
  }
  const swap = (x: Value) => {
    const axes = x.shape.map((_, i) => i);
    return g.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
  };
  const result = g.op("MatMul", [transposeA ? swap(a) : a, transposeB ? swap(b) : b]);
  return g.cast(bias ? g.add(result, bias) : result, dtype);
}

export const matrix: LoweringTable = {
  BatchMatMul: (call) => product(call),
  _FusedMatMul: (call) => {
    const { activation, leakyreluAlpha } = call.attrs as { activation?: string; leakyreluAlpha?: number };
    const result = product(call, call.inputs.bias);
    return activate(call, result, activation, call.inputs.preluActivationWeights, leakyreluAlpha);
  },
  Einsum: (call) => {
    const { equation } = call.attrs as { equation: string };
    const values = Object.keys(call.inputs).map((name) => input(call, name));
    return call.g.op("Einsum", values, { equation });
  },
};
