// One ONNX node to be: its inputs, attributes and number of outputs.
import fc from "fast-check";
import type { Attributes, ElementType } from "../../../../../export/onnx/graph/value.ts";

export interface Operand {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  /** Elements; fractions between 0 and 1 (or zeros, for whole numbers) unless told. */
  readonly values?: readonly number[];
  /** Part of the model, not fed. */
  readonly constant?: boolean;
}

export interface NodeCase {
  readonly inputs: readonly (Operand | null)[];
  readonly attributes?: Attributes;
  /** 1 unless told. */
  readonly outputs?: number;
}

/** Nodes of each operator. */
export type CaseTable = Readonly<Record<string, fc.Arbitrary<NodeCase>>>;

/** A fed tensor. */
export function fed(
  shape: readonly number[],
  dtype: ElementType = "float32",
  values?: readonly number[],
): Operand {
  return values ? { shape, dtype, values } : { shape, dtype };
}

/** An int64 vector that is part of the model: a shape, axes, pads. */
export function ints(values: readonly number[]): Operand {
  return { shape: [values.length], dtype: "int64", values, constant: true };
}

/** A number that is part of the model. */
export function number(value: number, dtype: ElementType = "float32"): Operand {
  return { shape: [], dtype, values: [value], constant: true };
}

/** An axis of a shape, counted from the start or the end. */
export function axisOf(shape: readonly number[]): fc.Arbitrary<number> {
  return fc.integer({ min: -shape.length, max: shape.length - 1 });
}

/** `count` small whole numbers. */
export function several(count: number, min: number, max: number): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min, max }), { minLength: count, maxLength: count });
}
