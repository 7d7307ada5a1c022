// Typed arrays as values of a model: which kinds there are, what they are called, and how they are joined.

/** The arrays that graphs take and give, each filling a buffer of its own. */
export interface GraphArrays {
  readonly uint8: Uint8Array<ArrayBuffer>;
  readonly float32: Float32Array<ArrayBuffer>;
  readonly int32: Int32Array<ArrayBuffer>;
}

export type Dtype = keyof GraphArrays;
export type GraphArray = GraphArrays[Dtype];

/** Values as people have them. */
export type AnyValues = Uint8Array | Uint8ClampedArray | Float32Array | Float64Array | Int32Array;

interface ArrayType<A> {
  readonly name: string;
  new (length: number): A;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): A;
}

const types: { readonly [D in Dtype]: ArrayType<GraphArrays[D]> } = {
  uint8: Uint8Array,
  float32: Float32Array,
  int32: Int32Array,
};

/** What each kind of array is taken for, by the name that it has in every realm. */
const dtypes: Readonly<Record<string, Dtype>> = {
  Uint8Array: "uint8",
  Uint8ClampedArray: "uint8",
  Float32Array: "float32",
  Float64Array: "float32",
  Int32Array: "int32",
};

/** How many values an item of this shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, d) => product * d, 1);
}

/** The array that values of this kind are kept in. */
export function arrayOf<D extends Dtype>(dtype: D): ArrayType<GraphArrays[D]> {
  return types[dtype];
}

/** What values are taken for; undefined of what is no array that a model takes. */
export function dtypeOf(given: unknown): Dtype | undefined {
  return ArrayBuffer.isView(given) ? dtypes[Object(given)[Symbol.toStringTag]] : undefined;
}

/** Whether a model of this dtype takes them. */
export function suits(dtype: Dtype, given: unknown): given is AnyValues {
  return dtypeOf(given) === dtype;
}

/** For messages: the arrays that a model of this dtype takes. */
export function namesOf(dtype: Dtype): string {
  return Object.keys(dtypes)
    .filter((name) => dtypes[name] === dtype)
    .join(", ");
}

/** All parts, one after the other, in an array that fills its buffer and is nobody else's. */
export function concat<D extends Dtype>(parts: readonly ArrayLike<number>[], dtype: D): GraphArrays[D] {
  const joined = new types[dtype](parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
