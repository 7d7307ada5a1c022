// The clean-up that every program goes through before it is written or compiled.
import type { Program } from "../graph/program.ts";
import { foldRules } from "./fold.ts";
import { fusionRules } from "./fusions.ts";
import { identityRules } from "./identities.ts";
import { rewrite } from "./rewrite.ts";
import { transposeRules } from "./transposes.ts";

/**
 * Rewrites a program into a smaller one that computes the same: constants folded, identities and dead nodes dropped,
 * equal nodes shared, transposes cancelled, biases fused.
 */
export function optimize(program: Program): Program {
  return rewrite(program, [...foldRules, ...identityRules, ...transposeRules, ...fusionRules]);
}
