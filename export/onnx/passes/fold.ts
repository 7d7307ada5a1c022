// Computes what depends on constants alone, once, when the program is written.

import { positiveAxis } from "../graph/infer/shapes.ts";
import { allocate, fromNumbers, type HostData, sizeOf, type Value } from "../graph/value.ts";
import type { Rule, Site } from "./rewrite.ts";

/** Larger results than this stay nodes when they repeat data (Expand): a file should hold weights, not copies. */
const LARGEST_EXPANSION = 1024;

const unary: Readonly<Record<string, (x: number) => number>> = {
  Neg: (x) => -x,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Exp: Math.exp,
  Log: Math.log,
};

const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
};

function dataOf(value: Value | null | undefined): HostData {
  if (!value || (value.source.kind !== "constant" && value.source.kind !== "buffer")) {
    throw new Error("folding needs known data");
  }
  return value.source.data;
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--)
    strides[i] = (strides[i + 1] as number) * (shape[i + 1] as number);
  return strides;
}

/** Reads `from` through a view (strides per output axis; 0 repeats) into a new array of the output's shape. */
function gatherStrided(from: HostData, output: Value, strides: readonly number[], offset = 0): HostData {
  const { shape } = output;
  const size = sizeOf(shape);
  const to = allocate(output.dtype, size);
  const index = new Array<number>(shape.length).fill(0);
  let at = offset;
  for (let i = 0; i < size; i++) {
    to[i] = from[at] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      at += strides[axis] as number;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      at -= (strides[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return to;
}

function broadcastStrides(value: Value, output: Value): number[] {
  const own = stridesOf(value.shape);
  const lead = output.shape.length - value.shape.length;
  return output.shape.map((_, i) =>
    i < lead || value.shape[i - lead] === 1 ? 0 : (own[i - lead] as number),
  );
}

/** The result of a node whose inputs are all known, or nothing where that is not worth it. */
function evaluate(site: Site): HostData | undefined {
  const output = site.node.outputs[0] as Value;
  const x = site.inputs[0] as Value;
  const data = dataOf(x);
  switch (site.op) {
    case "Reshape":
    case "Squeeze":
    case "Unsqueeze":
      return data;
    case "Transpose": {
      const strides = stridesOf(x.shape);
      return gatherStrided(
        data,
        output,
        (site.attributes.perm as readonly number[]).map((a) => strides[a] as number),
      );
    }
    case "Expand":
      if (sizeOf(output.shape) > LARGEST_EXPANSION) return undefined;
      return gatherStrided(data, output, broadcastStrides(x, output));
    case "Cast":
      if (output.dtype === "float16" || x.dtype === "float16" || output.dtype === "bool") return undefined;
      return fromNumbers(
        output.dtype,
        Array.from(data as ArrayLike<number | bigint>, Number).map(truncate(output)),
      );
    case "Concat": {
      const axis = positiveAxis(site.attributes.axis as number, output.shape.length);
      return concat(site.inputs as Value[], output, axis);
    }
    default:
      return arithmetic(site, output);
  }
}

const truncate = (output: Value) => (n: number) => (output.dtype.startsWith("float") ? n : Math.trunc(n));

function arithmetic(site: Site, output: Value): HostData | undefined {
  if (!["float32", "float64", "int32", "int64"].includes(output.dtype)) return undefined;
  const values = site.inputs as Value[];
  const one = unary[site.op];
  const two = binary[site.op];
  if (!one && !two) return undefined;
  if (!output.dtype.startsWith("float") && (one ? site.op !== "Neg" : site.op === "Div")) return undefined;
  const [a, b] = values.map((value) => gatherStrided(dataOf(value), output, broadcastStrides(value, output)));
  const x = a as ArrayLike<number | bigint>;
  const numbers = one
    ? Array.from(x, (n) => one(Number(n)))
    : Array.from(x, (n, i) =>
        (two as (a: number, b: number) => number)(Number(n), Number((b as HostData)[i])),
      );
  return fromNumbers(output.dtype, numbers);
}

function concat(values: readonly Value[], output: Value, axis: number): HostData {
  const result = allocate(output.dtype, sizeOf(output.shape));
  const outer = sizeOf(output.shape.slice(0, axis));
  const row = sizeOf(output.shape.slice(axis));
  let start = 0;
  for (const value of values) {
    const data = dataOf(value);
    const length = sizeOf(value.shape.slice(axis));
    for (let i = 0; i < outer; i++) {
      result.set(data.subarray(i * length, (i + 1) * length) as never, i * row + start);
    }
    start += length;
  }
  return result;
}

/** Replaces a node of constants by its result, which keeps the name of the weight it was made from. */
const foldConstants: Rule = (site, { g, isConstant }) => {
  if (site.inputs.length === 0 || site.node.outputs.length !== 1) return undefined;
  if (!site.inputs.every((value) => value !== null && isConstant(value))) return undefined;
  const data = evaluate(site);
  if (!data) return undefined;
  const { dtype, shape } = site.node.outputs[0] as Value;
  return g.constant(data, shape, dtype, site.inputs.find((value) => value?.name)?.name);
};

export const foldRules: readonly Rule[] = [foldConstants];
