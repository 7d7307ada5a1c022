// Finds out which of a step's results may be written over the values they replace.
//
// A variable's new value needs no memory of its own if every node that reads the old value must have run before the
// new one is written. Half of the state in two places is half of the cache: Adam's slots are larger than all else.
import { nodesInOrder, type Program, roots } from "../../../export/onnx/graph/program.ts";
import { type Node, producerOf, sameShape, type Value } from "../../../export/onnx/graph/value.ts";

/** Operators that read element i of their inputs before they write element i of their output, and no other. */
const elementwise = new Set(["Add", "Sub", "Mul", "Div", "Max", "Min"]);

/** Whether `to`, an output of the program, may be written into the data of `from`, an input of it. */
export function mayOverwrite(program: Program, from: Value, to: Value): boolean {
  const producer = producerOf(to);
  if (!producer || from.dtype !== to.dtype || !sameShape(from.shape, to.shape)) return false;
  const ends = roots(program);
  if (ends.includes(from) || ends.filter((value) => value === to).length > 1) return false;
  const before = new Set(nodesInOrder(producer.inputs.flatMap((value) => value ?? [])));
  const readers = nodesInOrder(ends).filter((node) => node.inputs.includes(from));
  return readers.every((node) => before.has(node) || (node === producer && isElementwise(producer, to)));
}

function isElementwise(node: Node, output: Value): boolean {
  return (
    elementwise.has(node.op) &&
    node.inputs.every((value) => !value || sameShape(value.shape, output.shape) || value.shape.length === 0)
  );
}
