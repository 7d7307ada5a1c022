// The recorded program: values (tensors to be) and the ONNX nodes that produce them.

/** Element types that values can have, by their ONNX Runtime (JavaScript) names. */
export type ElementType =
  | "float32"
  | "float64"
  | "float16"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "bool";

/** Host data of a constant or a captured tensor; bool values are bytes 0 and 1. */
export type HostData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

export type Attribute = number | string | readonly number[];
export type Attributes = Readonly<Record<string, Attribute | undefined>>;
export type Shape = readonly number[];

/** Element type and shape: all that is known of a value before it is computed. */
export interface ValueSpec {
  readonly dtype: ElementType;
  readonly shape: Shape;
}

/** One ONNX operator applied to values. */
export interface Node {
  readonly op: string;
  /** `null` stands for an optional input that is left out. */
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
  /** Name of the layer or kernel that asked for it; names nodes and explains errors. */
  readonly scope: string;
}

/** Where a value comes from. */
export type Source =
  /** Fed from outside at every run. */
  | { readonly kind: "input" }
  /** Made by a lowering: part of the program, baked into it. */
  | { readonly kind: "constant"; readonly data: HostData }
  /** A tensor's data: a weight, an uploaded array, the result of an earlier run. */
  | { readonly kind: "buffer"; readonly data: HostData }
  | { readonly kind: "node"; readonly node: Node; readonly index: number };

/** One tensor of the recorded program. Immutable; its identity is the object itself. */
export interface Value extends ValueSpec {
  readonly source: Source;
  /** Wished name in the written model (weights, inputs); not unique by itself. */
  readonly name?: string | undefined;
}

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** The node that produces a value, if one does. */
export function producerOf(value: Value): Node | undefined {
  return value.source.kind === "node" ? value.source.node : undefined;
}

/** The producer of a value if it is an `op` node. */
export function producedBy(value: Value | null | undefined, op: string): Node | undefined {
  if (value?.source.kind !== "node") return undefined;
  return value.source.node.op === op ? value.source.node : undefined;
}

/** Host data of a value that is baked into the program, if it is. */
export function constantData(value: Value | null | undefined): HostData | undefined {
  return value?.source.kind === "constant" ? value.source.data : undefined;
}

/** A constant's elements as numbers. Throws when the value is not a constant. */
export function constantNumbers(value: Value | null | undefined, what: string): number[] {
  const data = constantData(value);
  if (!data) throw new Error(`${what} must be a constant of the program`);
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

const arrayTypes = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

/** Allocates zeroed host data for `size` elements of a type (float16 as raw 16-bit words). */
export function allocate(dtype: ElementType, size: number): HostData {
  return new arrayTypes[dtype](size);
}

/** Host data of a type from plain numbers. */
export function fromNumbers(dtype: ElementType, numbers: ArrayLike<number>): HostData {
  if (dtype === "int64") return BigInt64Array.from(Array.from(numbers), (n) => BigInt(n));
  if (dtype === "uint64") return BigUint64Array.from(Array.from(numbers), (n) => BigInt(n));
  return (arrayTypes[dtype] as Float32ArrayConstructor).from(numbers);
}
