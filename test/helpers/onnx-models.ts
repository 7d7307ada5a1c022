// Small ONNX models with weights chosen so that results can be worked out by hand.
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";

type Dtype = "float32" | "uint8" | "int32" | "int64";
const dtypes: Readonly<Record<Dtype, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  uint8: TensorProto_DataType.UINT8,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
};

export interface ModelSpec {
  /** `name: [dtype, shape]`; a text is the name of a free dimension. */
  readonly inputs: Readonly<Record<string, readonly [Dtype, readonly (number | string)[]]>>;
  readonly outputs: Readonly<Record<string, readonly [Dtype, readonly (number | string)[]]>>;
  /** `[operator, inputs, outputs, whole-number attributes]`. */
  readonly nodes: readonly (readonly [string, string, string, Readonly<Record<string, number>>?])[];
  readonly constants?: Readonly<
    Record<string, { readonly data: Float32Array | BigInt64Array; readonly shape: number[] }>
  >;
}

/** The bytes of a model, opset 17. Node inputs and outputs are names with spaces between. */
export function onnxModel({ inputs, outputs, nodes, constants = {} }: ModelSpec): Uint8Array {
  const graph = create(GraphProtoSchema, {
    name: "test",
    input: Object.entries(inputs).map(([name, [dtype, shape]]) => valueInfo(name, dtype, shape)),
    output: Object.entries(outputs).map(([name, [dtype, shape]]) => valueInfo(name, dtype, shape)),
    node: nodes.map(([opType, from, to, attributes = {}]) =>
      create(NodeProtoSchema, {
        opType,
        input: from.split(" "),
        output: to.split(" "),
        attribute: Object.entries(attributes).map(([name, value]) =>
          create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) }),
        ),
      }),
    ),
    initializer: Object.entries(constants).map(([name, { data, shape }]) =>
      create(TensorProtoSchema, {
        name,
        dims: shape.map(BigInt),
        dataType: data instanceof Float32Array ? dtypes.float32 : dtypes.int64,
        rawData: new Uint8Array(
          data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer,
        ),
      }),
    ),
  });
  const opsetImport = [create(OperatorSetIdProtoSchema, { domain: "", version: 17n })];
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, opsetImport, graph }));
}

function valueInfo(name: string, dtype: Dtype, shape: readonly (number | string)[]) {
  const dim = shape.map((d) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof d === "number" ? { case: "dimValue", value: BigInt(d) } : { case: "dimParam", value: d },
    }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: dtypes[dtype],
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: "tensorType", value: tensor } }),
  });
}
