// What a lowering is given: the recorded call of one tfjs kernel.
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/value.ts";

/** A call of a tfjs kernel, its tensors replaced by recorded values. */
export interface KernelCall {
  readonly kernel: string;
  /** Values by the kernel's input names; list-valued kernels (Concat, Pack, AddN) use '0', '1', … */
  readonly inputs: Readonly<Record<string, Value | undefined>>;
  /** The kernel's attributes as tfjs passes them. Read them with a cast to tfjs's own attribute type. */
  readonly attrs: unknown;
  /** Names of the inputs that are complex64: float32 values with a last axis of (real, imaginary). */
  readonly complex: ReadonlySet<string>;
  readonly g: GraphBuilder;
}

/** Marks a result as complex64: a float32 value whose last axis holds (real, imaginary). */
export interface ComplexResult {
  readonly complex: Value;
}

export type LoweredValue = Value | ComplexResult;

/** Turns one kernel call into ONNX nodes. The result's shape and element type are those tfjs expects. */
export type Lowering = (call: KernelCall) => LoweredValue | readonly LoweredValue[];

/** Lowerings by kernel name: one table per family of kernels. */
export type LoweringTable = Readonly<Record<string, Lowering>>;

/** Input `name`, which the kernel requires. */
export function input(call: KernelCall, name: string): Value {
  const value = call.inputs[name];
  if (!value) throw new Error(`kernel ${call.kernel}: input ${name} is missing`);
  return value;
}

/** The inputs of a list-valued kernel, in order. */
export function inputList(call: KernelCall): Value[] {
  return Object.keys(call.inputs).map((name) => input(call, name));
}
