// Records one call of a step and sorts out what it reads and what it changes.
import * as tf from "@tensorflow/tfjs";
import type { OnnxBackend, TensorRecord } from "../../../export/onnx/backend.ts";
import type { Value } from "../../../export/onnx/graph/value.ts";
import { contentOf, structureOf } from "./signature.ts";

/** Tensors that a step captures from outside are baked into its program up to this many elements. */
const LARGEST_BAKED = 4096;

/** Where a program's input comes from at every call. */
export type Feed =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "variable"; readonly variable: tf.Variable }
  | { readonly kind: "captured"; readonly value: Value };

/** One recorded call. */
export interface Capture {
  /** Equal for calls that can share one program. */
  readonly signature: string;
  readonly inputs: readonly Value[];
  readonly feeds: readonly Feed[];
  /** What the step returns, then the new values of the variables it assigns. */
  readonly outputs: readonly Value[];
  readonly results: readonly tf.Tensor[];
  readonly assigned: readonly tf.Variable[];
  /** Why the call can't be replayed, if it can't. */
  readonly obstacle: string | undefined;
}

/** Calls `step` without computing anything. Pending values must have been computed before. */
export function captureCall(
  backend: OnnxBackend,
  step: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[] | null | undefined,
  inputs: readonly tf.Tensor[],
): Capture {
  const before = new Map(allVariables().map((variable) => [variable, variable.dataId]));
  const recorded = (tensor: tf.Tensor) => backend.recordOf(tensor.dataId).value;
  const sources = new Map<Value, Feed>();
  for (const variable of before.keys()) {
    if (backend.holds(variable.dataId)) sources.set(recorded(variable), { kind: "variable", variable });
  }
  inputs.forEach((input, index) => {
    sources.set(recorded(input), { kind: "input", index });
  });

  const results = [tf.tidy(() => step(...inputs) ?? [])].flat();
  const after = allVariables();
  const assigned = after.filter((variable) => before.get(variable) !== variable.dataId);
  const outputs = [...results, ...assigned].map(recorded);
  const { signature, leaves } = structureOf(outputs);
  const feeds: Feed[] = [];
  const programInputs: Value[] = [];
  const description: string[] = [];
  for (const value of leaves) {
    const feed = sources.get(value) ?? { kind: "captured", value };
    description.push(describe(feed));
    if (feed.kind === "captured" && size(value) <= LARGEST_BAKED) continue;
    feeds.push(feed);
    programInputs.push(value);
  }
  return {
    signature: `${signature}\n${description.join("\n")}\n=> ${assigned.map((variable) => variable.name).join(" ")}`,
    inputs: programInputs,
    feeds,
    outputs,
    results,
    assigned,
    obstacle: obstacleTo(backend, before, after, [...results, ...assigned]),
  };
}

function allVariables(): tf.Variable[] {
  return Object.values(tf.engine().registeredVariables);
}

function size(value: Value): number {
  return value.source.kind === "buffer" ? value.source.data.length : 0;
}

/** Captured tensors count by their content: a step that makes its own noise captures other numbers each time. */
function describe(feed: Feed): string {
  if (feed.kind === "input") return `input ${feed.index}`;
  if (feed.kind === "variable") return `variable ${feed.variable.name}`;
  return `captured ${feed.value.source.kind === "buffer" ? contentOf(feed.value.source.data) : ""}`;
}

function obstacleTo(
  backend: OnnxBackend,
  before: ReadonlyMap<tf.Variable, tf.DataId>,
  after: readonly tf.Variable[],
  known: readonly tf.Tensor[],
): string | undefined {
  const fresh = after.filter((variable) => !before.has(variable));
  if (fresh.length > 0) return `it creates variables (${fresh.map(({ name }) => name).join(", ")})`;
  const records = new Set<TensorRecord>(known.map((tensor) => backend.recordOf(tensor.dataId)));
  for (const record of backend.pending) {
    if (!records.has(record)) return "it keeps tensors beyond those it returns (tf.keep)";
  }
  return undefined;
}
