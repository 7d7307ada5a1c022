// Moves known data without computing: what slices, transposes, broadcasts and gathers select.
import { positiveAxis } from "../graph/infer/shapes.ts";
import { allocate, constantNumbers, type HostData, type Shape, sizeOf, type Value } from "../graph/value.ts";
import type { Site } from "./rewrite.ts";

/** Data of a value that is known. */
export function dataOf(value: Value | null | undefined): HostData {
  if (!value || (value.source.kind !== "constant" && value.source.kind !== "buffer")) {
    throw new Error("folding needs known data");
  }
  return value.source.data;
}

export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--)
    strides[i] = (strides[i + 1] as number) * (shape[i + 1] as number);
  return strides;
}

/** Reads `from` through a view (strides per output axis; 0 repeats) into a new array of the output's shape. */
export function gatherStrided(
  from: HostData,
  output: Value,
  strides: readonly number[],
  offset = 0,
): HostData {
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

/** Strides of a value seen as broadcast to the output's shape. */
export function broadcastStrides(value: Value, output: Value): number[] {
  const own = stridesOf(value.shape);
  const lead = output.shape.length - value.shape.length;
  return output.shape.map((_, i) =>
    i < lead || value.shape[i - lead] === 1 ? 0 : (own[i - lead] as number),
  );
}

export function transposed({ inputs, attributes }: Site, output: Value): HostData {
  const x = inputs[0] as Value;
  const strides = stridesOf(x.shape);
  const perm = attributes.perm as readonly number[];
  return gatherStrided(
    dataOf(x),
    output,
    perm.map((axis) => strides[axis] as number),
  );
}

export function sliced({ inputs }: Site, output: Value): HostData {
  const x = inputs[0] as Value;
  const numbers = (i: number) => (inputs[i] ? constantNumbers(inputs[i], "Slice") : undefined);
  const starts = numbers(1) ?? [];
  const axes = numbers(3) ?? starts.map((_, i) => i);
  const steps = numbers(4) ?? starts.map(() => 1);
  const own = stridesOf(x.shape);
  const strides = [...own];
  let offset = 0;
  axes.forEach((given, i) => {
    const axis = positiveAxis(given, x.shape.length);
    const [length, step, stride] = [x.shape[axis] as number, steps[i] as number, own[axis] as number];
    const start = (starts[i] as number) < 0 ? (starts[i] as number) + length : (starts[i] as number);
    offset += Math.min(Math.max(start, 0), step > 0 ? length : length - 1) * stride;
    strides[axis] = stride * step;
  });
  return gatherStrided(dataOf(x), output, strides, offset);
}

/** Whole rows of x along an axis, by index; negative ones count from the end. */
export function gathered({ inputs, attributes }: Site, output: Value): HostData {
  const [x, indices] = inputs as [Value, Value];
  const axis = positiveAxis((attributes.axis as number | undefined) ?? 0, x.shape.length);
  const length = x.shape[axis] as number;
  const row = sizeOf(x.shape.slice(axis + 1));
  const from = dataOf(x);
  const to = allocate(output.dtype, sizeOf(output.shape));
  let at = 0;
  for (let outer = 0; outer < sizeOf(x.shape.slice(0, axis)); outer++) {
    for (const index of dataOf(indices)) {
      const start = (outer * length + positiveAxis(Number(index), length)) * row;
      to.set(from.subarray(start, start + row) as never, at);
      at += row;
    }
  }
  return to;
}

export function concatenated({ inputs, attributes }: Site, output: Value): HostData {
  const axis = positiveAxis(attributes.axis as number, output.shape.length);
  const result = allocate(output.dtype, sizeOf(output.shape));
  const outer = sizeOf(output.shape.slice(0, axis));
  const row = sizeOf(output.shape.slice(axis));
  let start = 0;
  for (const value of inputs as readonly Value[]) {
    const data = dataOf(value);
    const length = sizeOf(value.shape.slice(axis));
    for (let i = 0; i < outer; i++) {
      result.set(data.subarray(i * length, (i + 1) * length) as never, i * row + start);
    }
    start += length;
  }
  return result;
}
