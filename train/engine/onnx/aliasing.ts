// Finds out which of a step's results may be written over the values they replace.
//
// A variable's new value needs no memory of its own if every node that reads the old value must have run before the
// new one is written. Half of the state in two places is half of the cache: Adam's slots are larger than all else.
import { nodesInOrder, type Program, roots } from "../../../export/onnx/graph/program.ts";
import { type Node, producerOf, sameShape, type Value } from "../../../export/onnx/graph/value.ts";

/** Operators that read element i of their inputs before they write element i of their output, and no other. */
const elementwise = new Set(["Add", "Sub", "Mul", "Div", "Max", "Min"]);

/**
 * Operators whose output may be their input's memory under another shape, in ONNX Runtime or after its own
 * optimizations (a Slice of everything, a Cast to the same type): who reads it reads the input, whenever that is.
 */
const views = new Set(
  "Reshape Squeeze Unsqueeze Flatten Identity Cast Expand Tile Slice Split Concat Pad Transpose Gather Dropout".split(
    " ",
  ),
);

/** Whether `to`, an output of the program, may be written into the data of `from`, an input of it. */
export function mayOverwrite(program: Program, from: Value, to: Value): boolean {
  const producer = producerOf(to);
  if (!producer || from.dtype !== to.dtype || !sameShape(from.shape, to.shape)) return false;
  const ends = roots(program);
  if (ends.filter((value) => value === to).length > 1) return false;
  const { values, readers } = readersOf(from, nodesInOrder(ends));
  // What the program returns is read last of all.
  if (ends.some((value) => values.has(value))) return false;
  const before = new Set(nodesInOrder(producer.inputs.flatMap((value) => value ?? [])));
  // The producer itself may read the old value, element by element, as it is.
  const readsAsItIs = producer.inputs.every((value) => value === from || !value || !values.has(value));
  return readers.every(
    (node) => before.has(node) || (node === producer && readsAsItIs && isElementwise(producer, to)),
  );
}

/** All values that may be `from`'s memory, and the nodes that read one of them. */
function readersOf(from: Value, order: readonly Node[]) {
  const values = new Set([from]);
  const readers: Node[] = [];
  for (const node of order) {
    if (!node.inputs.some((value) => value && values.has(value))) continue;
    readers.push(node);
    if (views.has(node.op)) for (const output of node.outputs) values.add(output);
  }
  return { values, readers };
}

function isElementwise(node: Node, output: Value): boolean {
  return (
    elementwise.has(node.op) &&
    node.inputs.every((value) => !value || sameShape(value.shape, output.shape) || value.shape.length === 0)
  );
}
