// Lowerings of the activation functions of neural layers, and of softmax (tfjs composes its logarithm of others).
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";
import { inFloat, withoutBool } from "./element-types.ts";

/** A function that is computed in float32; the result keeps the element type of the input. */
const float =
  (compute: (g: GraphBuilder, x: Value) => Value): Lowering =>
  (call) =>
    inFloat(call.g, [input(call, "x")], (x) => compute(call.g, x));

const relu6 = (g: GraphBuilder, x: Value) => g.op("Clip", [x, g.scalar(0), g.scalar(6)]);
const leakyRelu = (g: GraphBuilder, x: Value, alpha: number) => g.op("LeakyRelu", [x], { alpha });
const prelu = (g: GraphBuilder, x: Value, alpha: Value) =>
  g.where(g.op("Less", [x, g.scalar(0)]), g.mul(x, alpha), x);

/** Applies a fused kernel's activation by its tfjs name, to a float32 value. */
export function activate(
  call: KernelCall,
  x: Value,
  name: string | null | undefined,
  preluWeights?: Value,
  leakyreluAlpha?: number,
): Value {
  const { g } = call;
  switch (name) {
    case null:
    case undefined:
    case "linear":
      return x;
    case "relu":
      return g.op("Relu", [x]);
    case "relu6":
      return relu6(g, x);
    case "elu":
      return g.op("Elu", [x]);
    case "sigmoid":
      return g.op("Sigmoid", [x]);
    case "leakyrelu":
      return leakyRelu(g, x, leakyreluAlpha ?? 0.2);
    case "prelu":
      if (!preluWeights) throw new Error(`kernel ${call.kernel}: activation prelu without its weights`);
      return prelu(g, x, preluWeights);
    default:
      throw new Error(`kernel ${call.kernel}: unknown activation "${name}"`);
  }
}

/**
 * 1 where x is positive, else alpha: the gradient of relu (alpha 0) and abs (alpha -1). NaN counts as not positive, as
 * in TensorFlow; tfjs's cpu backend keeps it, which would cost more than the comparison itself.
 */
const step: Lowering = (call) => {
  const { alpha = 0 } = call.attrs as { alpha?: number };
  return float((g, x) => {
    const positive = g.op("Greater", [x, g.scalar(0)]);
    return alpha === 0 ? g.cast(positive, "float32") : g.where(positive, g.scalar(1), g.scalar(alpha));
  })(call);
};

/** int32 has no infinite bound; float32 needs it, or ONNX Runtime clips infinity to the largest number. */
const clip: Lowering = (call) => {
  const { g } = call;
  const { clipValueMin, clipValueMax } = call.attrs as { clipValueMin: number; clipValueMax: number };
  const bound = (value: number, x: Value) =>
    x.dtype === "float32" || Number.isFinite(value) ? g.scalarLike(value, x) : null;
  return withoutBool(g, [input(call, "x")], (x) =>
    g.op("Clip", [x, bound(clipValueMin, x), bound(clipValueMax, x)]),
  );
};

export const activations: LoweringTable = {
  ClipByValue: clip,
  Elu: float((g, x) => g.op("Elu", [x])),
  /** Gradient of elu from its output y: dy where y is not negative, else dy·(y + 1). */
  EluGrad: (call) => {
    const { g } = call;
    const [dy, y] = [input(call, "dy"), input(call, "y")];
    const positive = g.op("GreaterOrEqual", [y, g.scalar(0)]);
    return g.where(positive, dy, g.mul(dy, g.add(y, g.scalar(1))));
  },
  LeakyRelu: (call) => {
    const { alpha } = call.attrs as { alpha: number };
    return leakyRelu(call.g, call.g.cast(input(call, "x"), "float32"), alpha);
  },
  Prelu: (call) => {
    const [x, alpha] = [input(call, "x"), input(call, "alpha")];
    return prelu(call.g, call.g.cast(x, "float32"), call.g.cast(alpha, "float32"));
  },
  Relu: (call) => withoutBool(call.g, [input(call, "x")], (x) => call.g.op("Relu", [x])),
  Relu6: float(relu6),
  Selu: float((g, x) => g.op("Selu", [x])),
  Sigmoid: float((g, x) => g.op("Sigmoid", [x])),
  Softplus: float((g, x) => g.op("Softplus", [x])),
  Step: step,
  Softmax: (call) => {
    const logits = call.g.cast(input(call, "logits"), "float32");
    return call.g.op("Softmax", [logits], { axis: (call.attrs as { dim: number }).dim });
  },
};
