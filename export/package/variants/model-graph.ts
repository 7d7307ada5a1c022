// An ONNX file opened for rewriting: its message, and what one must know of its values to change nodes.
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  TensorProto_DataType as ElementType,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from "onnx-buf";
import { NameTable } from "../../onnx/names.ts";
import { VariantError } from "./errors.ts";

export { ElementType };

export class ModelGraph {
  readonly graph: GraphProto;
  readonly initializers: ReadonlyMap<string, TensorProto>;
  /** Names of inputs that are fed, which are not initializers. */
  readonly inputs: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
  private readonly model: ModelProto;
  private readonly names = new NameTable();

  /** Throws `VariantError` where the bytes are no ONNX model, or one whose nodes hold graphs of their own (If, Loop). */
  constructor(bytes: Uint8Array, fileName: string) {
    this.model = parse(bytes, fileName);
    const { graph } = this.model;
    if (!graph) throw new VariantError(`${fileName}: holds no graph; expected an ONNX model`);
    this.graph = graph;
    this.initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
    this.inputs = new Set(graph.input.map(({ name }) => name).filter((name) => !this.initializers.has(name)));
    this.outputs = new Set(graph.output.map(({ name }) => name));
    for (const node of graph.node) {
      if (!node.attribute.some(({ g, graphs }) => g || graphs.length > 0)) continue;
      throw new VariantError(
        `${fileName}: node ${node.name || node.output[0]} is a ${node.opType} with a graph of its own; ` +
          "variants are made of graphs without If, Loop and Scan",
      );
    }
    for (const name of this.valueNames()) if (!this.names.has(name)) this.names.reserve(name);
  }

  /** The wished name, or a numbered one where it is taken. */
  name(wish: string): string {
    return this.names.unique(wish);
  }

  /**
   * The file with other nodes and initializers, and other inputs and outputs where they are given. Initializers that
   * no node and no output reads are left out.
   */
  write(
    nodes: readonly NodeProto[],
    initializers: readonly TensorProto[],
    {
      input = this.graph.input,
      output = this.graph.output,
    }: Partial<Pick<GraphProto, "input" | "output">> = {},
  ): Uint8Array {
    const used = new Set([...output.map(({ name }) => name), ...nodes.flatMap((node) => node.input)]);
    const graph: GraphProto = {
      ...this.graph,
      input,
      output,
      node: [...nodes],
      initializer: initializers.filter(({ name }) => used.has(name)),
      // What it said of values in between need no longer be so.
      valueInfo: [],
    };
    return toBinary(ModelProtoSchema, { ...this.model, graph });
  }

  private valueNames(): string[] {
    const { node } = this.graph;
    return [...this.initializers.keys(), ...this.inputs, ...node.flatMap(({ output }) => output)];
  }
}

function parse(bytes: Uint8Array, fileName: string): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw new VariantError(
      `${fileName}: is no ONNX model (${error instanceof Error ? error.message : error})`,
    );
  }
}

/** A node named after its first output. */
export function makeNode(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly AttributeProto[] = [],
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    name: output[0] ?? opType,
    input: [...input],
    output: [...output],
    attribute: [...attribute],
  });
}

export function castNode(input: string, output: string, to: ElementType): NodeProto {
  return makeNode("Cast", [input], [output], [intAttribute("to", to)]);
}

export function intAttribute(name: string, value: number): AttributeProto {
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
}

export function intsAttribute(name: string, values: readonly number[]): AttributeProto {
  const ints = values.map(BigInt);
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INTS, ints });
}

/** The whole number of an attribute, or what holds where it is not given. */
export function intOf(node: NodeProto, name: string, otherwise: number): number {
  const found = node.attribute.find((attribute) => attribute.name === name);
  return found ? Number(found.i) : otherwise;
}

/** The number of a float attribute, or what holds where it is not given. */
export function floatOf(node: NodeProto, name: string, otherwise: number): number {
  return node.attribute.find((attribute) => attribute.name === name)?.f ?? otherwise;
}

export function makeTensor(
  name: string,
  dataType: ElementType,
  dims: readonly number[],
  data: Float32Array | Uint16Array | Uint8Array | BigInt64Array,
): TensorProto {
  // Raw data is little-endian, as is every platform that runs ONNX Runtime.
  const rawData = new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  return create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData: rawData as never });
}

/** The numbers of a float32 tensor, whichever way the file holds them. */
export function floatsOf({ floatData, rawData }: TensorProto): Float32Array {
  if (floatData.length > 0) return Float32Array.from(floatData);
  // A copy: raw data may begin anywhere, floats only at multiples of 4.
  return new Float32Array(new Uint8Array(rawData).buffer);
}

export function dimsOf({ dims }: TensorProto): number[] {
  return dims.map(Number);
}
