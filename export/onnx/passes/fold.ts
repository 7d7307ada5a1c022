// Computes what depends on constants alone, once, when the program is written.
import type { Value } from "../graph/value.ts";
import { evaluate } from "./evaluate.ts";
import type { Rule } from "./rewrite.ts";

/** Replaces a node of constants by its result, which keeps the name of the weight it was made from. */
const foldConstants: Rule = (site, { g, isConstant }) => {
  if (site.inputs.length === 0 || site.node.outputs.length !== 1) return undefined;
  if (!site.inputs.every((value) => value === null || isConstant(value))) return undefined;
  const data = evaluate(site);
  if (!data) return undefined;
  const { dtype, shape } = site.node.outputs[0] as Value;
  return g.constant(data, shape, dtype, site.inputs.find((value) => value?.name)?.name);
};

export const foldRules: readonly Rule[] = [foldConstants];
