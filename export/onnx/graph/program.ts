// A recorded program with its ends named: what is fed, what is asked for.
import type { Node, Value } from "./value.ts";

/** A dimension of an input or output: fixed, or free under a name. */
export type Dimension = number | string;

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
  /** Dimensions to declare; the value's own shape unless told. */
  readonly dims?: readonly Dimension[];
}

/** A graph from inputs to outputs. Constants and buffers that are not inputs belong to the program. */
export interface Program {
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
}

/**
 * All nodes that some roots need, each after the nodes it depends on.
 * `isLeaf` stops the walk at values that are given from outside.
 */
export function nodesInOrder(
  roots: readonly Value[],
  isLeaf: (value: Value) => boolean = () => false,
): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  const enter = (value: Value | null | undefined) => {
    if (value?.source.kind !== "node" || isLeaf(value)) return;
    const { node } = value.source;
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  for (const root of roots) {
    enter(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { node: Node; next: number };
      if (top.next < top.node.inputs.length) enter(top.node.inputs[top.next++]);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}

/** How often each value is read by nodes or asked for as an output. */
export function countUses(program: Program): Map<Value, number> {
  const uses = new Map<Value, number>();
  const use = (value: Value) => uses.set(value, (uses.get(value) ?? 0) + 1);
  const inputs = new Set(program.inputs.map(({ value }) => value));
  for (const node of nodesInOrder(roots(program), (value) => inputs.has(value))) {
    for (const value of node.inputs) if (value) use(value);
  }
  for (const { value } of program.outputs) use(value);
  return uses;
}

export function roots(program: Program): Value[] {
  return program.outputs.map(({ value }) => value);
}
