// Computes one ONNX node whose inputs are known: what weights and the shapes in a program go through.
import { positiveAxis } from "../graph/infer/shapes.ts";
import { constantNumbers, fromNumbers, type HostData, sizeOf, type Value } from "../graph/value.ts";
import type { Site } from "./rewrite.ts";
import {
  broadcastStrides,
  concatenated,
  dataOf,
  gathered,
  gatherStrided,
  sliced,
  stridesOf,
  transposed,
} from "./views.ts";

/** Larger results than this stay nodes when they repeat data: a file should hold weights, not copies. */
const LARGEST_EXPANSION = 1024;

const unary: Readonly<Record<string, (x: number) => number>> = {
  Neg: (x) => -x,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Reciprocal: (x) => 1 / x,
  Exp: Math.exp,
  Log: Math.log,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Not: (x) => (x ? 0 : 1),
};

const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Max: (a, b) => (Number.isNaN(a) ? a : Math.max(a, b)),
  Min: (a, b) => (Number.isNaN(a) ? a : Math.min(a, b)),
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Equal: (a, b) => a === b,
  Greater: (a, b) => a > b,
  GreaterOrEqual: (a, b) => a >= b,
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
};

const reductions: Readonly<Record<string, (a: number, b: number) => number>> = {
  ReduceProd: (a, b) => a * b,
  ReduceSum: (a, b) => a + b,
  ReduceMax: Math.max,
  ReduceMin: Math.min,
};

/** Integers that doubles hold exactly, in what shapes need. */
const exact = new Set(["float32", "float64", "int32", "int64"]);
const isFloat = (value: Value) => value.dtype.startsWith("float");

/** The result of a node whose inputs are all known, or nothing where that is not worth it or not known how. */
export function evaluate(site: Site): HostData | undefined {
  const output = site.node.outputs[0] as Value;
  const x = site.inputs[0] as Value;
  switch (site.op) {
    case "Reshape":
    case "Squeeze":
    case "Unsqueeze":
      return dataOf(x);
    case "Transpose":
      return transposed(site, output);
    case "Slice":
      return sliced(site, output);
    case "Concat":
      return concatenated(site, output);
    case "Gather":
      return repeatsTooMuch(x, output) ? undefined : gathered(site, output);
    case "Expand":
      return repeatsTooMuch(x, output)
        ? undefined
        : gatherStrided(dataOf(x), output, broadcastStrides(x, output));
    case "Cast":
      return cast(x, output);
    case "Where":
      return where(site, output);
    case "Range":
      return range(site, output);
    default:
      return site.op in reductions ? reduce(site, output) : elementwise(site, output);
  }
}

function repeatsTooMuch(x: Value, output: Value): boolean {
  return sizeOf(output.shape) > Math.max(LARGEST_EXPANSION, sizeOf(x.shape));
}

/** Elements as numbers, broadcast to the output's shape. */
function numbers(value: Value, output: Value): number[] {
  const data = gatherStrided(
    dataOf(value),
    { ...output, dtype: value.dtype },
    broadcastStrides(value, output),
  );
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

function cast(x: Value, output: Value): HostData | undefined {
  if (output.dtype === "float16" || x.dtype === "float16") return undefined;
  const convert =
    output.dtype === "bool"
      ? (n: number) => (n === 0 ? 0 : 1)
      : isFloat(output)
        ? (n: number) => n
        : Math.trunc;
  return fromNumbers(
    output.dtype,
    Array.from(dataOf(x) as ArrayLike<number | bigint>, (n) => convert(Number(n))),
  );
}

function elementwise({ op, inputs }: Site, output: Value): HostData | undefined {
  const [x, y] = inputs as [Value, Value | undefined];
  if (op in comparisons && y) {
    const compare = comparisons[op] as (a: number, b: number) => boolean;
    const b = numbers(y, output);
    return fromNumbers(
      "bool",
      numbers(x, output).map((a, i) => (compare(a, b[i] as number) ? 1 : 0)),
    );
  }
  if (op === "Not" ? output.dtype !== "bool" : !exact.has(output.dtype)) return undefined;
  const [one, two] = [unary[op], binary[op]];
  // Only what stays whole, or what integers have in ONNX.
  if (!isFloat(output) && (op === "Div" || (one && !["Neg", "Abs", "Not"].includes(op)))) return undefined;
  if (one) return fromNumbers(output.dtype, numbers(x, output).map(one));
  if (!two || !y || inputs.length !== 2) return undefined;
  const b = numbers(y, output);
  return fromNumbers(
    output.dtype,
    numbers(x, output).map((a, i) => two(a, b[i] as number)),
  );
}

function where({ inputs }: Site, output: Value): HostData | undefined {
  const [condition, a, b] = inputs as [Value, Value, Value];
  if (!exact.has(output.dtype)) return undefined;
  const [whenTrue, whenFalse] = [numbers(a, output), numbers(b, output)];
  return fromNumbers(
    output.dtype,
    numbers(condition, output).map((c, i) => (c ? whenTrue : whenFalse)[i] as number),
  );
}

function range({ inputs }: Site, output: Value): HostData | undefined {
  if (sizeOf(output.shape) > LARGEST_EXPANSION || !exact.has(output.dtype)) return undefined;
  const [start = 0, , step = 1] = inputs.map((value) => Number(dataOf(value)[0]));
  return fromNumbers(
    output.dtype,
    Array.from({ length: sizeOf(output.shape) }, (_, i) => start + i * step),
  );
}

/** Reductions of whole numbers: the sizes of shapes. Those of floats depend on the order of summing. */
function reduce({ op, inputs, attributes }: Site, output: Value): HostData | undefined {
  const x = inputs[0] as Value;
  if ((output.dtype !== "int32" && output.dtype !== "int64") || sizeOf(x.shape) === 0) return undefined;
  const given =
    op === "ReduceSum"
      ? inputs[1] && constantNumbers(inputs[1], "axes")
      : (attributes.axes as readonly number[] | undefined);
  const rank = x.shape.length;
  const axes = new Set((given ?? x.shape.map((_, i) => i)).map((axis) => positiveAxis(axis, rank)));
  const kept = x.shape.flatMap((dim, axis) => (axes.has(axis) ? [] : [{ dim, axis }]));
  const strides = stridesOf(x.shape);
  const keptStrides = stridesOf(kept.map(({ dim }) => dim));
  const results = new Array<number | undefined>(sizeOf(output.shape));
  const combine = reductions[op] as (a: number, b: number) => number;
  Array.from(dataOf(x) as ArrayLike<number | bigint>, Number).forEach((value, at) => {
    const into = kept.reduce(
      (sum, { dim, axis }, i) =>
        sum + (Math.floor(at / (strides[axis] as number)) % dim) * (keptStrides[i] as number),
      0,
    );
    const before = results[into];
    results[into] = before === undefined ? value : combine(before, value);
  });
  return fromNumbers(output.dtype, results as number[]);
}
