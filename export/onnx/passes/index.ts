// The clean-up that every program goes through before it is written or compiled.
import type { Program } from "../graph/program.ts";
import type { Value } from "../graph/value.ts";
import { numberBesideColumn } from "./columns.ts";
import { foldRules } from "./fold.ts";
import { fusionRules } from "./fusions.ts";
import { identityRules } from "./identities.ts";
import { reshapeRules } from "./reshapes.ts";
import { rewrite } from "./rewrite.ts";
import { transposeRules } from "./transposes.ts";

/**
 * Rewrites a program into a smaller one that computes the same: constants folded, identities and dead nodes dropped,
 * equal nodes shared, transposes cancelled, biases fused; then into one that ONNX Runtime computes faster.
 *
 * @param options.freeDimensions whether sizes in shapes may stand for free dimensions; false unless told
 */
export function optimize(program: Program, { freeDimensions = false } = {}): Program {
  const rules = [...foldRules, ...identityRules, ...reshapeRules, ...transposeRules, ...fusionRules];
  const small = rewrite(program, rules, !freeDimensions);
  // Last, so that the reshapes it brings are in nothing's way.
  return rewrite(small, [...identityRules, ...reshapeRules, numberBesideColumn], !freeDimensions);
}

/** A value that depends on known data alone, computed here where folding can; else the value itself. */
export function folded(value: Value): Value {
  if (value.source.kind !== "node") return value;
  const program: Program = { inputs: [], outputs: [{ name: "value", value }] };
  return rewrite(program, [...foldRules, ...identityRules, ...reshapeRules], true).outputs[0]?.value ?? value;
}
