// A graph that stores and computes in float16, with the inputs and outputs it had.
import { clone } from "@bufbuild/protobuf";
import { type NodeProto, NodeProtoSchema, type TensorProto } from "onnx-buf";
import { elementTypes } from "./element-types.ts";
import { LARGEST_FLOAT16, toFloat16 } from "./float16.ts";
import {
  castNode,
  dimsOf,
  ElementType,
  floatsOf,
  intAttribute,
  ModelGraph,
  makeTensor,
} from "./model-graph.ts";

/** What ONNX 17 does not define on float16. */
const undefinedOnHalf = new Set([
  ...["IsInf", "Range", "NonMaxSuppression"],
  ...["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"],
]);

/** Inputs that are float32 by definition, whatever the others are. */
const singleInputs: Readonly<Record<string, readonly number[]>> = { Resize: [2] };

/** What may stand between a raw input and the first layer: scaling, and changes of shape. */
const scalingOps = new Set([
  ...["Cast", "Add", "Sub", "Mul", "Div", "Clip", "Identity"],
  ...["Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten"],
]);

/**
 * The float16 form of an ONNX file. Weights are rounded to nearest; inputs and outputs keep their types, with Casts
 * behind and in front of them. In float32 stay: the scaling of raw inputs, which may be larger than float16 can say; nodes
 * with a weight that is; and what ONNX or ONNX Runtime's CPU provider lacks in float16 (Range, IsInf, scatters that add).
 *
 * Throws `VariantError` for a file that cannot be rewritten.
 */
export function toHalf(bytes: Uint8Array, fileName: string): Uint8Array {
  return new HalfWriter(new ModelGraph(bytes, fileName)).write();
}

class HalfWriter {
  private readonly source: ModelGraph;
  private readonly types: ReadonlyMap<string, ElementType>;
  private readonly nodes: NodeProto[] = [];
  private readonly initializers: TensorProto[];
  /** Names of values, as float16 and as float32, where they exist so. */
  private readonly halves = new Map<string, string>();
  private readonly singles = new Map<string, string>();

  constructor(source: ModelGraph) {
    this.source = source;
    this.types = elementTypes(source);
    this.initializers = [...source.graph.initializer];
    for (const name of [...source.initializers.keys(), ...source.inputs]) this.singles.set(name, name);
  }

  write(): Uint8Array {
    const scaling = scalingNodes(this.source);
    for (const node of this.source.graph.node) {
      if (scaling.has(node) || staysSingle(node) || this.isBeyondHalf(node)) this.addSingle(node);
      else this.addHalf(node);
    }
    // Those weights that were read as float16 alone are not read any more, and not written.
    return this.source.write(this.nodes, this.initializers);
  }

  private addSingle(node: NodeProto): void {
    const copy = clone(NodeProtoSchema, node);
    copy.input = node.input.map((name) => this.single(name));
    this.nodes.push(copy);
    for (const name of node.output) if (this.isFloat(name)) this.singles.set(name, name);
  }

  private addHalf(node: NodeProto): void {
    const copy = clone(NodeProtoSchema, node);
    const single = singleInputs[node.opType] ?? [];
    copy.input = node.input.map((name, i) => (single.includes(i) ? this.single(name) : this.half(name)));
    copy.attribute = node.attribute.map((attribute) => {
      if (node.opType === "Cast" && Number(attribute.i) === ElementType.FLOAT) {
        return intAttribute("to", ElementType.FLOAT16);
      }
      return attribute.t?.dataType === ElementType.FLOAT
        ? { ...attribute, t: rounded(attribute.t, attribute.t.name) }
        : attribute;
    });
    copy.output = node.output.map((name) => {
      if (!this.isFloat(name)) return name;
      // The graph's own outputs keep their names for the float32 behind the Cast.
      const half = this.source.outputs.has(name) ? this.source.name(`${name}/half`) : name;
      this.halves.set(name, half);
      return half;
    });
    this.nodes.push(copy);
    for (const name of node.output) if (this.source.outputs.has(name)) this.single(name);
  }

  /** The name under which a value is there as float16. */
  private half(name: string): string {
    if (!this.isFloat(name)) return name;
    const known = this.halves.get(name);
    if (known !== undefined) return known;
    const half = this.source.name(`${name}/half`);
    const weight = this.source.initializers.get(name);
    if (weight) this.initializers.push(rounded(weight, half));
    else this.nodes.push(castNode(name, half, ElementType.FLOAT16));
    this.halves.set(name, half);
    return half;
  }

  private single(name: string): string {
    if (!this.isFloat(name)) return name;
    const known = this.singles.get(name);
    if (known !== undefined) return known;
    const single = this.source.outputs.has(name) ? name : this.source.name(`${name}/single`);
    this.nodes.push(castNode(this.half(name), single, ElementType.FLOAT));
    this.singles.set(name, single);
    return single;
  }

  private isFloat(name: string): boolean {
    return this.types.get(name) === ElementType.FLOAT;
  }

  /** Whether a node reads or holds a finite number that would be infinite. */
  private isBeyondHalf(node: NodeProto): boolean {
    const tensors = [
      ...node.input.map((name) => this.source.initializers.get(name)),
      ...node.attribute.map(({ t }) => t),
    ];
    return tensors.some(
      (tensor) =>
        tensor?.dataType === ElementType.FLOAT &&
        floatsOf(tensor).some((value) => Math.abs(value) > LARGEST_FLOAT16 && Number.isFinite(value)),
    );
  }
}

function rounded(tensor: TensorProto, name: string): TensorProto {
  return makeTensor(name, ElementType.FLOAT16, dimsOf(tensor), toFloat16(floatsOf(tensor)));
}

function staysSingle(node: NodeProto): boolean {
  if (node.opType === "ScatterElements" || node.opType === "ScatterND") {
    return node.attribute.some(
      ({ name, s }) => name === "reduction" && new TextDecoder().decode(s) !== "none",
    );
  }
  return undefinedOnHalf.has(node.opType);
}

/** The nodes between raw inputs and the first layer. */
function scalingNodes({ graph, inputs, initializers }: ModelGraph): ReadonlySet<NodeProto> {
  const raw = new Set(inputs);
  const found = new Set<NodeProto>();
  for (const node of graph.node) {
    const given = node.input.filter((name) => name !== "" && !initializers.has(name));
    if (!scalingOps.has(node.opType) || given.length === 0 || !given.every((name) => raw.has(name))) continue;
    found.add(node);
    for (const name of node.output) raw.add(name);
  }
  return found;
}
