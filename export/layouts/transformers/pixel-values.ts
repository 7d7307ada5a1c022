// The encoder as transformers.js calls it: pictures `pixel_values` in, `image_embeds` out.
import { create } from "@bufbuild/protobuf";
import {
  type NodeProto,
  type TensorProto,
  TensorShapeProto_DimensionSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { type ModelPicture, modelPicture } from "../../../runtime/images/model-picture.ts";
import type { InputSpec } from "../../../runtime/index.ts";
import {
  castNode,
  ElementType,
  intOf,
  intsAttribute,
  ModelGraph,
  makeNode,
  makeTensor,
} from "../../package/variants/model-graph.ts";

export const PIXEL_VALUES = "pixel_values";
export const IMAGE_EMBEDS = "image_embeds";

/**
 * An encoder with other ends: `pixel_values` [batch, 3, height, width], RGB from 0 to 255 in float32, as
 * transformers.js's image processor gives them without rescaling; and `image_embeds` [batch, codeSize]. What the
 * processor cannot do is done in the graph, with the same numbers as latentkit/runtime has for pictures: the gray of
 * the same luminance, the model's range, its order of values.
 *
 * Throws runtime's `InputError` where the model's input is no picture, `VariantError` where the file cannot be rewritten.
 */
export function withPixelValues(bytes: Uint8Array, input: InputSpec, fileName: string): Uint8Array {
  const picture = modelPicture(input);
  const source = new ModelGraph(bytes, fileName);
  const front = new Front(source);
  const values = front.layout(front.scale(front.channels(PIXEL_VALUES, picture), input), picture, input);
  const isRead = source.graph.node.filter((node) => node.input.includes("input"));
  // Bytes are only ever made floats of; where they are, the floats can be taken as they are.
  const isFloat = source.graph.input.some(
    ({ name, type }) =>
      name === "input" &&
      type?.value.case === "tensorType" &&
      type.value.value.elemType === ElementType.FLOAT,
  );
  const takesFloats =
    isFloat || isRead.every((node) => node.opType === "Cast" && intOf(node, "to", 0) === ElementType.FLOAT);
  const given = takesFloats
    ? makeNode("Identity", [values], ["input"])
    : castNode(values, "input", ElementType.UINT8);
  const nodes = [
    ...front.nodes,
    given,
    ...source.graph.node,
    makeNode("Identity", ["codes"], [IMAGE_EMBEDS]),
  ];
  const codes = source.graph.output.find(({ name }) => name === "codes");
  return source.write(nodes, [...source.graph.initializer, ...front.constants], {
    input: [pixelValues(picture)],
    output: codes ? [{ ...codes, name: IMAGE_EMBEDS }] : [],
  });
}

/** The nodes in front of the encoder; each method takes and gives the name of a value. */
class Front {
  readonly nodes: NodeProto[] = [];
  readonly constants: TensorProto[] = [];
  private readonly source: ModelGraph;

  constructor(source: ModelGraph) {
    this.source = source;
  }

  /** [batch, channels, height, width] from 0 to 255. */
  channels(pixels: string, { channels }: ModelPicture): string {
    return channels === 3 ? pixels : this.gray(pixels);
  }

  /** Luminance of linear light by Rec. 709, between sRGB and back (IEC 61966-2-1), in whole numbers. */
  private gray(pixels: string): string {
    const value = this.op("Div", [pixels, this.number(255)]);
    const bent = this.op("Pow", [
      this.op("Div", [this.op("Add", [value, this.number(0.055)]), this.number(1.055)]),
      this.number(2.4),
    ]);
    const isDark = this.op("LessOrEqual", [value, this.number(0.04045)]);
    const light = this.op("Where", [isDark, this.op("Div", [value, this.number(12.92)]), bent]);
    const weights = this.constant([1, 3, 1, 1], Float32Array.of(0.2126, 0.7152, 0.0722));
    const luminance = this.op("Conv", [light, weights]);
    const root = this.op("Sub", [
      this.op("Mul", [this.op("Pow", [luminance, this.number(1 / 2.4)]), this.number(1.055)]),
      this.number(0.055),
    ]);
    const isBlack = this.op("LessOrEqual", [luminance, this.number(0.0031308)]);
    const gray = this.op("Where", [isBlack, this.op("Mul", [luminance, this.number(12.92)]), root]);
    return this.op("Round", [this.op("Mul", [gray, this.number(255)])]);
  }

  /** 0 and 255 become the ends of the model's range. */
  scale(values: string, { dtype, range: [low, high] }: InputSpec): string {
    if (low === 0 && high === 255) return values;
    const factor = this.number((high - low) / 255);
    const scaled = this.op("Add", [this.op("Mul", [values, factor]), this.number(low)]);
    return dtype === "uint8" ? this.op("Round", [scaled]) : scaled;
  }

  layout(values: string, { channels, height, width, planar }: ModelPicture, { shape }: InputSpec): string {
    const ordered = planar ? values : this.op("Transpose", [values], { perm: [0, 2, 3, 1] });
    const own = planar ? [channels, height, width] : [height, width, channels];
    if (shape.join() === own.join()) return ordered;
    const name = this.source.name("picture/shape");
    const data = BigInt64Array.of(-1n, ...shape.map(BigInt));
    this.constants.push(makeTensor(name, ElementType.INT64, [data.length], data));
    return this.op("Reshape", [ordered, name]);
  }

  private op(opType: string, inputs: readonly string[], { perm }: { perm?: readonly number[] } = {}): string {
    const output = this.source.name(`picture/${opType}`);
    this.nodes.push(makeNode(opType, inputs, [output], perm ? [intsAttribute("perm", perm)] : []));
    return output;
  }

  private number(value: number): string {
    return this.constant([], Float32Array.of(value));
  }

  private constant(dims: readonly number[], data: Float32Array): string {
    const name = this.source.name("picture/constant");
    this.constants.push(makeTensor(name, ElementType.FLOAT, dims, data));
    return name;
  }
}

function pixelValues({ height, width }: ModelPicture): ValueInfoProto {
  const fixed = (size: number) =>
    create(TensorShapeProto_DimensionSchema, { value: { case: "dimValue", value: BigInt(size) } });
  const batch = create(TensorShapeProto_DimensionSchema, { value: { case: "dimParam", value: "batch" } });
  return create(ValueInfoProtoSchema, {
    name: PIXEL_VALUES,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: ElementType.FLOAT,
          shape: { dim: [batch, fixed(3), fixed(height), fixed(width)] },
        },
      },
    },
  });
}
