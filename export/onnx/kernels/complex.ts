// Lowerings of complex numbers and the Fourier transform. A complex value has a last axis of (real, imaginary).
import type { GraphBuilder } from "../graph/builder.ts";
import { dim } from "../graph/infer/shapes.ts";
import { sizeOf, type Value } from "../graph/value.ts";
import { input, type KernelCall, type Lowering, type LoweringTable } from "./call.ts";

const realPart = (g: GraphBuilder, z: Value) => g.slice(z, [0], [1], [z.shape.length - 1]);
const imaginaryPart = (g: GraphBuilder, z: Value) => g.slice(z, [1], [2], [z.shape.length - 1]);

const part =
  (of: typeof realPart): Lowering =>
  (call) => {
    const z = input(call, "input");
    return call.g.reshape(of(call.g, z), z.shape.slice(0, -1));
  };

/** z·w, with w = (cos, sin) of angles along the last axis but one: a table [n, 1] each. */
function turned(g: GraphBuilder, z: Value, angles: readonly number[]): Value {
  const table = (f: (angle: number) => number) => g.numbers(angles.map(f), [angles.length, 1]);
  const [re, im, cos, sin] = [realPart(g, z), imaginaryPart(g, z), table(Math.cos), table(Math.sin)];
  return product(g, re, im, cos, sin);
}

/** (a + ib)(c + id) */
function product(g: GraphBuilder, a: Value, b: Value, c: Value, d: Value): Value {
  const real = g.sub(g.mul(a, c), g.mul(b, d));
  const imaginary = g.add(g.mul(a, d), g.mul(b, c));
  return g.concat([real, imaginary], real.shape.length - 1);
}

const dft = (g: GraphBuilder, z: Value, inverse: boolean) =>
  g.op("DFT", [z], { axis: 1, inverse: inverse ? 1 : 0 });

/** The transform of [rows, n, 2] along n. */
function fourier(g: GraphBuilder, z: Value, inverse: boolean): Value {
  const n = dim(z.shape, 1);
  return (n & (n - 1)) === 0 ? dft(g, z, inverse) : bluestein(g, z, n, inverse);
}

/**
 * Bluestein's algorithm: with kj = (k² + j² - (k - j)²) / 2 a transform of any length is a convolution with a chirp,
 * which transforms of a power of two compute. ONNX Runtime 1.30 has it, too, but loses digits: for n = 1023 it is off
 * by 0.03 where values reach 500.
 */
function bluestein(g: GraphBuilder, z: Value, n: number, inverse: boolean): Value {
  const length = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const sign = inverse ? 1 : -1;
  // k² mod 2n: the angle of a large k² would lose digits.
  const chirp = Array.from({ length: n }, (_, k) => (sign * Math.PI * ((k * k) % (2 * n))) / n);
  const kernel = new Array<number>(2 * length).fill(0);
  chirp.forEach((angle, k) => {
    for (const at of k === 0 ? [0] : [k, length - k]) {
      kernel[2 * at] = Math.cos(-angle);
      kernel[2 * at + 1] = Math.sin(-angle);
    }
  });
  const padded = g.pad(turned(g, z, chirp), [0, 0, 0, 0, length - n, 0]);
  const a = dft(g, padded, false);
  const b = dft(g, g.numbers(kernel, [1, length, 2]), false);
  const spectrum = product(g, realPart(g, a), imaginaryPart(g, a), realPart(g, b), imaginaryPart(g, b));
  const convolved = g.slice(dft(g, spectrum, true), [0], [n], [1]);
  const result = turned(g, convolved, chirp);
  return inverse ? g.div(result, g.scalar(n)) : result;
}

function transform(call: KernelCall, inverse: boolean) {
  const { g } = call;
  const z = input(call, "input");
  const n = dim(z.shape, -2);
  const rows = g.reshape(z, [sizeOf(z.shape) / (2 * n), n, 2]);
  return { complex: g.reshape(fourier(g, rows, inverse), z.shape) };
}

export const complex: LoweringTable = {
  Complex: (call) => {
    const { g } = call;
    const [real, imaginary] = ["real", "imag"].map((name) =>
      g.op("Unsqueeze", [g.cast(input(call, name), "float32"), g.ints([-1])]),
    ) as [Value, Value];
    return { complex: g.concat([real, imaginary], real.shape.length - 1) };
  },
  Real: part(realPart),
  Imag: part(imaginaryPart),
  ComplexAbs: (call) => {
    const z = input(call, "x");
    return call.g.op("ReduceL2", [z], { axes: [z.shape.length - 1], keepdims: 0 });
  },
  FFT: (call) => transform(call, false),
  IFFT: (call) => transform(call, true),
};
