// Inference for matrix products, convolutions, pooling, resizing and the Fourier transform.
import { constantNumbers, type Shape, type ValueSpec } from "../value.ts";
import { type InferCall, type InferRule, intAttribute, intsAttribute, required } from "./rule.ts";
import { broadcast, dim, show } from "./shapes.ts";

function matMul(call: InferCall): ValueSpec[] {
  const a = required(call, 0);
  const b = required(call, 1);
  if (dim(a.shape, -1) !== dim(b.shape, -2)) {
    throw new Error(`MatMul: inner sizes of ${show(a.shape)} and ${show(b.shape)} differ`);
  }
  const batch = broadcast("MatMul", a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [{ dtype: a.dtype, shape: [...batch, dim(a.shape, -2), dim(b.shape, -1)] }];
}

function gemm(call: InferCall): ValueSpec[] {
  const a = required(call, 0);
  const b = required(call, 1);
  const rows = dim(a.shape, intAttribute(call, "transA", 0) ? 1 : 0);
  const inner = dim(a.shape, intAttribute(call, "transA", 0) ? 0 : 1);
  const columns = dim(b.shape, intAttribute(call, "transB", 0) ? 0 : 1);
  const innerB = dim(b.shape, intAttribute(call, "transB", 0) ? 1 : 0);
  if (inner !== innerB) throw new Error(`Gemm: inner sizes of ${show(a.shape)} and ${show(b.shape)} differ`);
  return [{ dtype: a.dtype, shape: [rows, columns] }];
}

/** Output sizes of a sliding window (ONNX Conv and pooling, explicit pads or auto_pad). */
function windowed(call: InferCall, spatial: Shape, kernel: readonly number[]): number[] {
  const strides = intsAttribute(call, "strides") ?? spatial.map(() => 1);
  const dilations = intsAttribute(call, "dilations") ?? spatial.map(() => 1);
  const pads = intsAttribute(call, "pads") ?? new Array<number>(spatial.length * 2).fill(0);
  const ceil = intAttribute(call, "ceil_mode", 0) === 1;
  return spatial.map((size, i) => {
    const stride = strides[i] ?? 1;
    if (call.attributes.auto_pad === "SAME_UPPER") return Math.ceil(size / stride);
    const extent = ((kernel[i] ?? 1) - 1) * (dilations[i] ?? 1) + 1;
    const begin = pads[i] ?? 0;
    const steps = (size + begin + (pads[i + spatial.length] ?? 0) - extent) / stride;
    // Rounded up, a last window may stand partly behind the end, but not begin there.
    const last = ceil ? Math.ceil(steps) : Math.floor(steps);
    return ceil && last * stride >= size + begin ? last : last + 1;
  });
}

function convTranspose(call: InferCall): ValueSpec[] {
  const x = required(call, 0);
  const w = required(call, 1);
  const spatial = x.shape.slice(2);
  const channels = dim(w.shape, 1) * intAttribute(call, "group", 1);
  const given = intsAttribute(call, "output_shape");
  const strides = intsAttribute(call, "strides") ?? spatial.map(() => 1);
  const dilations = intsAttribute(call, "dilations") ?? spatial.map(() => 1);
  const pads = intsAttribute(call, "pads") ?? new Array<number>(spatial.length * 2).fill(0);
  const extra = intsAttribute(call, "output_padding") ?? spatial.map(() => 0);
  const sizes = spatial.map((size, i) => {
    const extent = (dim(w.shape, i + 2) - 1) * (dilations[i] ?? 1) + 1;
    const padding = (pads[i] ?? 0) + (pads[i + spatial.length] ?? 0);
    return (strides[i] ?? 1) * (size - 1) + (extra[i] ?? 0) + extent - padding;
  });
  return [{ dtype: x.dtype, shape: [dim(x.shape, 0), channels, ...(given ?? sizes)] }];
}

const pool: InferRule = (call) => {
  const { dtype, shape } = required(call, 0);
  const sizes = windowed(call, shape.slice(2), intsAttribute(call, "kernel_shape") ?? []);
  const result = [...shape.slice(0, 2), ...sizes];
  const indices: ValueSpec[] = call.outputCount > 1 ? [{ dtype: "int64", shape: result }] : [];
  return [{ dtype, shape: result }, ...indices];
};

function einsum(call: InferCall): ValueSpec[] {
  const equation = String(call.attributes.equation).replaceAll(" ", "");
  const [left = "", right = ""] = equation.split("->");
  const sizes = new Map<string, number>();
  left.split(",").forEach((term, i) => {
    [...term].forEach((letter, axis) => {
      sizes.set(letter, dim(required(call, i).shape, axis));
    });
  });
  return [{ dtype: required(call, 0).dtype, shape: [...right].map((letter) => sizes.get(letter) ?? 1) }];
}

export const neuralRules: Record<string, InferRule> = {
  MatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
  Conv: (call) => {
    const x = required(call, 0);
    const w = required(call, 1);
    const sizes = windowed(call, x.shape.slice(2), w.shape.slice(2));
    return [{ dtype: x.dtype, shape: [dim(x.shape, 0), dim(w.shape, 0), ...sizes] }];
  },
  ConvTranspose: convTranspose,
  MaxPool: pool,
  AveragePool: pool,
  GlobalAveragePool: (call) => {
    const { dtype, shape } = required(call, 0);
    return [{ dtype, shape: shape.map((d, i) => (i < 2 ? d : 1)) }];
  },
  Resize: (call) => {
    const { dtype, shape } = required(call, 0);
    if (call.inputs[3]) return [{ dtype, shape: constantNumbers(call.inputs[3], "Resize: sizes") }];
    const scales = constantNumbers(call.inputs[2], "Resize: scales");
    return [{ dtype, shape: shape.map((d, i) => Math.floor(d * (scales[i] ?? 1))) }];
  },
  DFT: (call) => {
    const { dtype, shape } = required(call, 0);
    return [{ dtype, shape: shape.with(-1, 2) }];
  },
};
