// The element type of every value of a graph, from the rules of ONNX's operators.
import type { NodeProto } from "onnx-buf";
import { ElementType, intOf, type ModelGraph } from "./model-graph.ts";

const bools = new Set([
  ...["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"],
  ...["And", "Or", "Xor", "Not", "IsNaN", "IsInf"],
]);
const indices = new Set(["Shape", "Size", "ArgMax", "ArgMin", "NonZero"]);

/** Values by name; initializers and inputs included. */
export function elementTypes({ graph }: ModelGraph): ReadonlyMap<string, ElementType> {
  const types = new Map<string, ElementType>([["", ElementType.UNDEFINED]]);
  for (const { name, type } of graph.input) {
    if (type?.value.case === "tensorType") types.set(name, type.value.value.elemType);
  }
  for (const { name, dataType } of graph.initializer) types.set(name, dataType);
  for (const node of graph.node) {
    node.output.forEach((name, i) => {
      types.set(
        name,
        typeOfOutput(node, i, (at) => types.get(node.input[at] ?? "") ?? ElementType.UNDEFINED),
      );
    });
  }
  return types;
}

function typeOfOutput(node: NodeProto, output: number, inputType: (at: number) => ElementType): ElementType {
  const { opType } = node;
  if (bools.has(opType)) return ElementType.BOOL;
  if (indices.has(opType)) return ElementType.INT64;
  switch (opType) {
    case "Cast":
      return intOf(node, "to", ElementType.UNDEFINED);
    case "Constant":
    case "ConstantOfShape":
      // Without a value, ConstantOfShape gives float32 zeros.
      return node.attribute.find(({ name }) => name === "value")?.t?.dataType ?? ElementType.FLOAT;
    case "MaxPool":
    case "TopK":
      return output === 0 ? inputType(0) : ElementType.INT64;
    case "Where":
      return inputType(1);
    case "OneHot":
      return inputType(2);
    default:
      return inputType(0);
  }
}
