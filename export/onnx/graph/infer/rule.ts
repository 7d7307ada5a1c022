// What an inference rule is given and gives.
import type { Attributes, Value, ValueSpec } from "../value.ts";

export interface InferCall {
  readonly op: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly outputCount: number;
}

/** Element types and shapes of a node's outputs, from its inputs and attributes. */
export type InferRule = (call: InferCall) => readonly ValueSpec[];

/** Input `i`, which the operator requires. */
export function required(call: InferCall, i: number): Value {
  const value = call.inputs[i];
  if (!value) throw new Error(`${call.op}: input ${i} is missing`);
  return value;
}

export function intAttribute(call: InferCall, name: string, fallback: number): number {
  const value = call.attributes[name];
  return typeof value === "number" ? value : fallback;
}

export function intsAttribute(call: InferCall, name: string): readonly number[] | undefined {
  const value = call.attributes[name];
  return typeof value === "object" ? value : undefined;
}
