// Joins neighbours into the operator that does both.
import { producedBy, sizeOf, type Value } from "../graph/value.ts";
import type { Rule } from "./rewrite.ts";

/** Both orders of a sum with a node of `op` that nothing else reads. */
function addendOf(site: Parameters<Rule>[0], tools: Parameters<Rule>[1], op: string) {
  if (site.op !== "Add") return undefined;
  for (const i of [0, 1] as const) {
    const node = producedBy(site.inputs[i], op);
    const other = site.inputs[1 - i];
    if (node && other && !node.inputs[2] && tools.uses(site, i) === 1) return { node, other };
  }
  return undefined;
}

/** conv(x, w) + b, b along the channels, is one Conv. */
const convBias: Rule = (site, tools) => {
  const found = addendOf(site, tools, "Conv") ?? addendOf(site, tools, "ConvTranspose");
  if (!found) return undefined;
  const { node, other } = found;
  const output = node.outputs[0] as Value;
  const channels = output.shape[1] as number;
  const rank = output.shape.length;
  const full = [...new Array<number>(Math.max(0, rank - other.shape.length)).fill(1), ...other.shape];
  if (sizeOf(other.shape) !== channels || full.length !== rank || full[1] !== channels) return undefined;
  const bias = tools.g.reshape(other, [channels]);
  return tools.g.ops(node.op, [...node.inputs.slice(0, 2), bias], node.attributes, 1, [output])[0] as Value;
};

/** a·b + c, c a row, is one Gemm. */
const gemmBias: Rule = (site, tools) => {
  const found = addendOf(site, tools, "Gemm");
  if (!found) return undefined;
  const { node, other } = found;
  const columns = (node.outputs[0] as Value).shape[1] as number;
  if (sizeOf(other.shape) !== columns || other.shape.at(-1) !== columns || other.shape.length > 2)
    return undefined;
  return tools.g.op("Gemm", [...node.inputs.slice(0, 2), tools.g.reshape(other, [columns])], node.attributes);
};

/** A zero padding in front of a convolution is its own padding. */
const convPad: Rule = (site, { g }) => {
  const pad = producedBy(site.inputs[0], "Pad");
  if (site.op !== "Conv" || !pad || pad.attributes.mode !== "constant") return undefined;
  const [x, amounts, fill] = pad.inputs;
  if (
    amounts?.source.kind !== "constant" ||
    fill?.source.kind !== "constant" ||
    Number(fill.source.data[0]) !== 0
  ) {
    return undefined;
  }
  const pads = Array.from(amounts.source.data as BigInt64Array, Number);
  const rank = pads.length / 2;
  if (pads.some((n, i) => n < 0 || (i % rank < 2 && n !== 0)) || site.attributes.auto_pad) return undefined;
  const own =
    (site.attributes.pads as readonly number[] | undefined) ?? new Array<number>((rank - 2) * 2).fill(0);
  const outer = [...pads.slice(2, rank), ...pads.slice(rank + 2)];
  const attributes = { ...site.attributes, pads: own.map((n, i) => n + (outer[i] as number)) };
  return g.ops("Conv", [x as Value, ...site.inputs.slice(1)], attributes, 1, site.node.outputs)[0] as Value;
};

export const fusionRules: readonly Rule[] = [convBias, gemmBias, convPad];
