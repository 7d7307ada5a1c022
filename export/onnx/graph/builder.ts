// Appends ONNX nodes to the recorded program, inferring element types and shapes on the way.
import { infer } from "./infer/index.ts";
import { elementTypeCode } from "./types.ts";
import {
  type Attributes,
  type ElementType,
  fromNumbers,
  type HostData,
  type Node,
  type Shape,
  sameShape,
  sizeOf,
  type Value,
  type ValueSpec,
} from "./value.ts";

/** Largest `ends` of a Slice: up to the last element, whatever the length. */
export const TO_END = 2 ** 31 - 1;

/**
 * Builds values from values. It has no memory of its own: the program is what can be reached from a value.
 *
 *     const y = g.op('Relu', [g.op('Add', [x, g.scalar(1)])]);
 */
export class GraphBuilder {
  /** Written into each node: the layer or kernel being recorded. */
  scope = "";

  /** A node with one output. */
  op(op: string, inputs: readonly (Value | null)[], attributes: Attributes = {}): Value {
    return this.ops(op, inputs, attributes, 1)[0] as Value;
  }

  /** A node with several outputs. `specs` overrides inference, for shapes that are not known from constants. */
  ops(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes,
    outputCount: number,
    specs: readonly ValueSpec[] = infer({ op, inputs, attributes, outputCount }),
  ): readonly Value[] {
    const outputs: Value[] = [];
    const node: Node = { op, inputs, attributes, outputs, scope: this.scope };
    for (let index = 0; index < outputCount; index++) {
      const spec = specs[index];
      if (!spec) throw new Error(`${op}: output ${index} was not inferred`);
      outputs.push({ dtype: spec.dtype, shape: spec.shape, source: { kind: "node", node, index } });
    }
    return outputs;
  }

  constant(data: HostData, shape: Shape, dtype: ElementType, name?: string): Value {
    return { dtype, shape, source: { kind: "constant", data }, name };
  }

  /** A 0-d constant. */
  scalar(value: number, dtype: ElementType = "float32"): Value {
    return this.constant(fromNumbers(dtype, [value]), [], dtype);
  }

  /** A 1-d int64 constant: shapes, axes, pads. */
  ints(values: readonly number[]): Value {
    return this.constant(fromNumbers("int64", values), [values.length], "int64");
  }

  /** A constant of any shape from plain numbers. */
  numbers(values: readonly number[], shape: Shape = [values.length], dtype: ElementType = "float32"): Value {
    return this.constant(fromNumbers(dtype, values), shape, dtype);
  }

  cast(x: Value, dtype: ElementType): Value {
    return x.dtype === dtype ? x : this.op("Cast", [x], { to: elementTypeCode(dtype) });
  }

  reshape(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    // Without `allowzero` a 0 means "as in the input".
    return this.op("Reshape", [x, this.ints(shape)], shape.includes(0) ? { allowzero: 1 } : {});
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return perm.every((axis, i) => axis === i) ? x : this.op("Transpose", [x], { perm });
  }

  /** Repeats size-1 axes until the shape is `shape`. */
  expand(x: Value, shape: Shape): Value {
    return sameShape(x.shape, shape) ? x : this.op("Expand", [x, this.ints(shape)]);
  }

  /** A tensor of one repeated number. */
  fill(shape: Shape, value: number, dtype: ElementType = "float32"): Value {
    return this.expand(this.scalar(value, dtype), shape);
  }

  /** Elements from `start` up to `end` (exclusive) along axes, `steps` apart. */
  slice(
    x: Value,
    starts: readonly number[],
    ends: readonly number[],
    axes: readonly number[],
    steps?: readonly number[],
  ): Value {
    const inputs = [x, this.ints(starts), this.ints(ends), this.ints(axes)];
    return this.op("Slice", steps ? [...inputs, this.ints(steps)] : inputs);
  }

  concat(values: readonly Value[], axis: number): Value {
    return values.length === 1 ? (values[0] as Value) : this.op("Concat", values, { axis });
  }

  /** Pads with a constant; `pads` are all the begins, then all the ends. */
  pad(x: Value, pads: readonly number[], value = 0): Value {
    if (pads.every((pad) => pad === 0)) return x;
    return this.op("Pad", [x, this.ints(pads), this.scalar(value, x.dtype)], { mode: "constant" });
  }

  reduceSum(x: Value, axes: readonly number[], keepdims = false): Value {
    return axes.length === 0 ? x : this.op("ReduceSum", [x, this.ints(axes)], { keepdims: keepdims ? 1 : 0 });
  }

  add = (a: Value, b: Value): Value => this.op("Add", [a, b]);
  sub = (a: Value, b: Value): Value => this.op("Sub", [a, b]);
  mul = (a: Value, b: Value): Value => this.op("Mul", [a, b]);
  div = (a: Value, b: Value): Value => this.op("Div", [a, b]);
  neg = (x: Value): Value => this.op("Neg", [x]);
  where = (condition: Value, a: Value, b: Value): Value => this.op("Where", [condition, a, b]);

  /** A scalar constant of the same element type as `like`. */
  scalarLike(value: number, like: ValueSpec): Value {
    return this.scalar(value, like.dtype);
  }

  /** The constant `value` repeated into the shape of `like`. */
  fillLike(value: number, like: ValueSpec, dtype: ElementType = like.dtype): Value {
    return sizeOf(like.shape) === 1 && like.shape.length === 0
      ? this.scalar(value, dtype)
      : this.fill(like.shape, value, dtype);
  }
}
