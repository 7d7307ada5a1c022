// Writes a program as an ONNX model (opset 17, IR version 8) with onnx-buf.
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { type Dimension, type NamedValue, nodesInOrder, type Program, roots } from "./graph/program.ts";
import { elementTypeCode } from "./graph/types.ts";
import type { Attribute, HostData, Node, Value } from "./graph/value.ts";
import { NameTable } from "./names.ts";

export const OPSET = 17;
export const IR_VERSION = 8;

export interface WriteOptions {
  /** Name of the graph; "latentkit" unless told. */
  readonly graphName?: string;
  /** Free text for readers of the file. */
  readonly doc?: string;
  /** Key-value pairs stored in the model's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Attributes that ONNX declares as floats; other plain numbers are ints. */
const floatAttributes = new Set([
  "alpha",
  "beta",
  "gamma",
  "epsilon",
  "momentum",
  "bias",
  "lambd",
  "extrapolation_value",
  "mean",
  "scale",
  "high",
  "low",
  "seed",
  "cubic_coeff_a",
]);

/** A program as the bytes of an .onnx file. */
export function writeOnnx(program: Program, options: WriteOptions = {}): Uint8Array {
  return toBinary(ModelProtoSchema, modelProto(program, options));
}

/** A program as an ONNX message. Inputs that the outputs do not need are kept, so the signature stays as asked. */
export function modelProto(program: Program, options: WriteOptions = {}): ModelProto {
  const writer = new Writer(program);
  return create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: "latentkit",
    opsetImport: [{ domain: "", version: BigInt(OPSET) }],
    ...(options.doc ? { docString: options.doc } : {}),
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: create(GraphProtoSchema, {
      name: options.graphName ?? "latentkit",
      node: writer.nodes,
      initializer: writer.initializers,
      input: program.inputs.map(describe),
      output: program.outputs.map(describe),
    }),
  });
}

/** Names values and turns nodes and constants into messages. */
class Writer {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  private readonly names = new NameTable();
  private readonly nodeNames = new NameTable();
  private readonly shared = new Map<string, string>();
  private readonly nameOf = new Map<Value, string>();

  constructor(program: Program) {
    for (const { name, value } of program.inputs) this.nameOf.set(value, this.names.reserve(name));
    const inputs = new Set(program.inputs.map(({ value }) => value));
    const copies: [Value, string][] = [];
    for (const { name, value } of program.outputs) {
      this.names.reserve(name);
      // An output that is an input, a constant or another output needs a node of its own.
      if (inputs.has(value) || value.source.kind !== "node" || this.nameOf.has(value))
        copies.push([value, name]);
      else this.nameOf.set(value, name);
    }
    for (const node of nodesInOrder(roots(program), (value) => inputs.has(value))) this.addNode(node);
    for (const [value, name] of copies) {
      this.nodes.push(
        create(NodeProtoSchema, { opType: "Identity", input: [this.name(value)], output: [name], name }),
      );
    }
  }

  private addNode(node: Node): void {
    const path = node.scope === "" ? node.op : `${node.scope}/${node.op}`;
    const name = this.nodeNames.unique(path);
    node.outputs.forEach((value, i) => {
      if (!this.nameOf.has(value)) {
        this.nameOf.set(value, this.names.unique(value.name ?? (i === 0 ? name : `${name}:${i}`)));
      }
    });
    this.nodes.push(
      create(NodeProtoSchema, {
        opType: node.op,
        name,
        input: trimEnd(node.inputs.map((value) => (value ? this.name(value) : ""))),
        output: node.outputs.map((value) => this.name(value)),
        attribute: Object.entries(node.attributes).flatMap(([key, value]) =>
          value === undefined ? [] : [attribute(key, value)],
        ),
      }),
    );
  }

  private name(value: Value): string {
    const known = this.nameOf.get(value);
    if (known !== undefined) return known;
    const { source } = value;
    if (source.kind === "input") throw new Error("the program depends on an input that was not declared");
    if (source.kind === "node") throw new Error(`a value of ${source.node.op} is used before it is produced`);
    const content = value.name === undefined ? contentKey(value, source.data) : undefined;
    const shared = content === undefined ? undefined : this.shared.get(content);
    if (shared !== undefined) return shared;
    const name = this.names.unique(value.name ?? "constant");
    this.nameOf.set(value, name);
    if (content !== undefined) this.shared.set(content, name);
    this.initializers.push(tensor(name, value, source.data));
    return name;
  }
}

/** Small nameless constants (axes, shapes, numbers) are written once. */
function contentKey(value: Value, data: HostData): string | undefined {
  return data.length <= 16 ? `${value.dtype}[${value.shape}]${data.join(" ")}` : undefined;
}

function trimEnd(names: string[]): string[] {
  while (names.at(-1) === "") names.pop();
  return names;
}

function tensor(name: string, value: Value, data: HostData): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: elementTypeCode(value.dtype),
    dims: value.shape.map(BigInt),
    // ONNX's raw data is little-endian, as is every platform that runs ONNX Runtime.
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  });
}

function attribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === "string") {
    const s = new TextEncoder().encode(value);
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s });
  }
  if (typeof value === "object") {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.INTS,
      ints: value.map(BigInt),
    });
  }
  return floatAttributes.has(name)
    ? create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value })
    : create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });
}

function describe({ name, value, dims }: NamedValue): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: elementTypeCode(value.dtype),
          shape: { dim: (dims ?? value.shape).map(dimension) },
        },
      },
    },
  });
}

function dimension(dim: Dimension) {
  return typeof dim === "number"
    ? { value: { case: "dimValue" as const, value: BigInt(dim) } }
    : { value: { case: "dimParam" as const, value: dim } };
}
