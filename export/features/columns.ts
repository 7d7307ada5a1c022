// What a row of a feature table holds: its columns, and rows as columns of values.
import type { Cell } from "../../data/index.ts";

/** `integer` is 64 bits (bigint), `int32` a number, `number` a float64. */
export type ScalarType = "text" | "integer" | "int32" | "number" | "float32" | "boolean";

/** What the numbers of a code are kept in. `int8` stands for `value × scale`, with one scale per row. */
export type CodeType = "float32" | "float16" | "int8";

export interface ScalarColumn {
  readonly kind: "scalar";
  readonly name: string;
  readonly type: ScalarType;
}

/** The code: as many numbers in every row. */
export interface VectorColumn {
  readonly kind: "vector";
  readonly name: string;
  readonly type: CodeType;
  readonly size: number;
}

export type Column = ScalarColumn | VectorColumn;

/** A vector column flat, row after row; float16 as its bits, or, when it is read, as float32. */
export type Vectors = Float32Array | Uint16Array | Int8Array;

/** A column's part of some rows. */
export type Values = readonly Cell[] | Vectors;

/** Some rows. */
export interface Rows {
  readonly count: number;
  /** One for each column, in the columns' order. */
  readonly values: readonly Values[];
}

/** What a set is to hold besides ids and codes. */
export interface ColumnChoice {
  readonly codeSize: number;
  readonly codeType: CodeType;
  /** What labels are, where there are any. */
  readonly label: "text" | "int32" | undefined;
  readonly error: boolean;
  readonly kept: readonly { readonly name: string; readonly type: ScalarType }[];
}

/** Names that LatentKit gives to columns itself. */
export const ownColumns: readonly string[] = ["id", "label", "error", "scale", "code"];

/** The columns of a table, the code last. */
export function planColumns({ codeSize, codeType, label, error, kept }: ColumnChoice): readonly Column[] {
  const scalar = (name: string, type: ScalarType): ScalarColumn => ({ kind: "scalar", name, type });
  return [
    scalar("id", "text"),
    ...(label ? [scalar("label", label)] : []),
    ...(error ? [scalar("error", "float32")] : []),
    ...(codeType === "int8" ? [scalar("scale", "float32")] : []),
    ...kept.map(({ name, type }) => scalar(name, type)),
    { kind: "vector", name: "code", type: codeType, size: codeSize },
  ];
}

export function isVector(column: Column): column is VectorColumn {
  return column.kind === "vector";
}

/** Typed arrays of the vector column's type. */
export const vectorArrays = {
  float32: Float32Array,
  float16: Uint16Array,
  int8: Int8Array,
} as const satisfies Record<CodeType, unknown>;

/** The vectors of some rows. Throws where the values are no vectors, which would be a fault of ours. */
export function vectorsOf(values: Values | undefined): Vectors {
  if (values instanceof Float32Array || values instanceof Uint16Array || values instanceof Int8Array)
    return values;
  throw new TypeError("the code column of some rows is no typed array");
}
