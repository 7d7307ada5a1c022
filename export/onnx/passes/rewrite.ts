// Rebuilds a program node by node, letting rules replace nodes, until no rule has anything to say.
import { GraphBuilder } from "../graph/builder.ts";
import { countUses, nodesInOrder, type Program, roots } from "../graph/program.ts";
import type { Attributes, Node, Value, ValueSpec } from "../graph/value.ts";

/** A node about to be kept or replaced: as it was, and with its inputs as already rewritten. */
export interface Site {
  readonly node: Node;
  readonly op: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
}

export interface Tools {
  readonly g: GraphBuilder;
  /** Whether a value's data is known and will not be fed: a constant, or a weight that belongs to the program. */
  isConstant(value: Value): boolean;
  /** Whether every dimension of every value is what it says; else some stand for free ones and must not be baked in. */
  readonly fixedShapes: boolean;
  /** How often input `i` of a site's node is used in the program being rewritten. */
  uses(site: Site, i: number): number;
}

/** Returns what to put in the place of a node's outputs, or nothing to keep the node. */
export type Rule = (site: Site, tools: Tools) => Value | readonly Value[] | undefined;

/** Rounds of rewriting at most: far more than programs need; a guard against rules that undo each other. */
const MAX_ROUNDS = 64;

export function rewrite(program: Program, rules: readonly Rule[], fixedShapes: boolean): Program {
  let current = program;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = rewriteOnce(current, rules, fixedShapes);
    if (!next) return current;
    current = next;
  }
  return current;
}

/** One round; nothing if no node changed. */
function rewriteOnce(program: Program, rules: readonly Rule[], fixedShapes: boolean): Program | undefined {
  const inputs = new Set(program.inputs.map(({ value }) => value));
  const uses = countUses(program);
  const g = new SharingBuilder();
  const replaced = new Map<Value, Value>();
  const now = (value: Value) => replaced.get(value) ?? value;
  const tools: Tools = {
    g,
    fixedShapes,
    isConstant: (value) =>
      (value.source.kind === "constant" || value.source.kind === "buffer") && !inputs.has(value),
    uses: (site, i) => {
      const value = site.node.inputs[i];
      return value ? (uses.get(value) ?? 0) : 0;
    },
  };
  let changed = false;
  for (const node of nodesInOrder(roots(program), (value) => inputs.has(value))) {
    const site: Site = {
      node,
      op: node.op,
      inputs: node.inputs.map((value) => value && now(value)),
      attributes: node.attributes,
    };
    g.scope = node.scope;
    const values = g.once(site, () => {
      const result = firstResult(site, rules, tools) ?? g.keep(site);
      return Array.isArray(result) ? (result as readonly Value[]) : [result as Value];
    });
    node.outputs.forEach((output, i) => {
      const value = values[i] as Value;
      if (value === output) return;
      changed = true;
      replaced.set(output, value);
    });
  }
  if (!changed) return undefined;
  return {
    inputs: program.inputs,
    outputs: program.outputs.map((output) => ({ ...output, value: now(output.value) })),
  };
}

function firstResult(site: Site, rules: readonly Rule[], tools: Tools) {
  for (const rule of rules) {
    const result = rule(site, tools);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** A builder that returns the node it has built before when asked for the same again. */
class SharingBuilder extends GraphBuilder {
  private readonly built = new Map<string, readonly Value[]>();
  private nonce = 0;
  private readonly results = new Map<string, readonly Value[]>();
  private readonly ids = new Map<Value, number>();

  override ops(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes,
    outputCount: number,
    specs?: readonly ValueSpec[],
  ): readonly Value[] {
    const key = this.key(op, inputs, attributes, outputCount);
    return this.built.get(key) ?? this.remember(key, super.ops(op, inputs, attributes, outputCount, specs));
  }

  /** The result for a site; the same as before for a site like one before. */
  once(site: Site, result: () => readonly Value[]): readonly Value[] {
    const key = this.key(site.op, site.inputs, site.attributes, site.node.outputs.length);
    const known = this.results.get(key);
    if (known) return known;
    const values = result();
    this.results.set(key, values);
    return values;
  }

  /** A node as it stands; the old one where its inputs are the old ones. */
  keep({ node, inputs }: Site): readonly Value[] {
    const key = this.key(node.op, inputs, node.attributes, node.outputs.length);
    const known = this.built.get(key);
    if (known) return known;
    if (inputs.every((value, i) => value === node.inputs[i])) return this.remember(key, node.outputs);
    return this.remember(key, super.ops(node.op, inputs, node.attributes, node.outputs.length, node.outputs));
  }

  private remember(key: string, values: readonly Value[]): readonly Value[] {
    this.built.set(key, values);
    return values;
  }

  private key(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Attributes,
    outputCount: number,
  ): string {
    // Random nodes differ from one another by intent.
    const nonce = op.startsWith("Random") || op === "Multinomial" || op === "Bernoulli" ? this.nonce++ : "";
    return `${op}${nonce}|${outputCount}|${JSON.stringify(attributes)}|${inputs.map((value) => this.id(value)).join()}`;
  }

  /** Values are the same when they are one object, or small constants with the same content. */
  private id(value: Value | null): string {
    if (!value) return "";
    const { source } = value;
    if (source.kind === "constant" && source.data.length <= 16) {
      return `${value.dtype}[${value.shape}]${source.data.join(" ")}`;
    }
    const id = this.ids.get(value) ?? this.ids.size;
    this.ids.set(value, id);
    return `#${id}`;
  }
}
