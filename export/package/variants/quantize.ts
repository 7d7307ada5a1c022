// A graph whose matrix products and convolutions multiply bytes: dynamic quantisation.
import type { NodeProto, TensorProto } from "onnx-buf";
import { elementTypes } from "./element-types.ts";
import {
  castNode,
  dimsOf,
  ElementType,
  floatOf,
  floatsOf,
  intOf,
  ModelGraph,
  makeNode,
  makeTensor,
} from "./model-graph.ts";
import { quantizeWeights, ZERO } from "./quantized-weights.ts";

export interface QuantizedModel {
  readonly bytes: Uint8Array;
  /** Products with weights that stay float32, such as `ConvTranspose`, for which ONNX has no integer form. */
  readonly kept: readonly string[];
}

/**
 * The 8-bit form of an ONNX file, as onnxruntime.quantization's quantize_dynamic makes it: weights are bytes with a
 * scale per output channel; what they are multiplied with becomes bytes at run time (DynamicQuantizeLinear, one scale
 * for the whole batch, so that an item's result depends a little on its neighbours), MatMulInteger and ConvInteger
 * multiply, and the sums are scaled back. Everything else stays as it is. Gives `undefined` where no product has
 * weights that can become bytes.
 *
 * Throws `VariantError` for a file that cannot be rewritten.
 */
export function quantize(bytes: Uint8Array, fileName: string): QuantizedModel | undefined {
  return new Quantizer(new ModelGraph(bytes, fileName)).write();
}

/** An activation as DynamicQuantizeLinear gives it: names of bytes, scale and zero. */
interface Activation {
  readonly values: string;
  readonly scale: string;
  readonly zero: string;
}

class Quantizer {
  private readonly source: ModelGraph;
  private readonly types: ReadonlyMap<string, ElementType>;
  private readonly nodes: NodeProto[] = [];
  private readonly initializers: TensorProto[];
  private readonly activations = new Map<string, Activation>();
  private readonly kept: string[] = [];
  private zero: string | undefined;
  private quantized = 0;

  constructor(source: ModelGraph) {
    this.source = source;
    this.types = elementTypes(source);
    this.initializers = [...source.graph.initializer];
  }

  write(): QuantizedModel | undefined {
    for (const node of this.source.graph.node) {
      if (this.isMatrixProduct(node)) this.addMatrixProduct(node);
      else if (this.isConvolution(node)) this.addConvolution(node);
      else {
        this.nodes.push(node);
        const isProduct = ["MatMul", "Gemm", "Conv", "ConvTranspose"].includes(node.opType);
        if (isProduct && this.weight(node)) this.kept.push(node.opType);
      }
    }
    if (this.quantized === 0) return undefined;
    const bytes = this.source.write(this.nodes, this.initializers);
    return { bytes, kept: [...new Set(this.kept)] };
  }

  /** The float32 weights of a product with an activation. */
  private weight(node: NodeProto): TensorProto | undefined {
    const weight = this.source.initializers.get(node.input[1] ?? "");
    const isActivation = this.types.get(node.input[0] ?? "") === ElementType.FLOAT;
    return isActivation && weight?.dataType === ElementType.FLOAT ? weight : undefined;
  }

  private isMatrixProduct(node: NodeProto): boolean {
    const weight = this.weight(node);
    if (weight?.dims.length !== 2) return false;
    if (node.opType === "MatMul") return true;
    const isPlain = intOf(node, "transA", 0) === 0 && floatOf(node, "alpha", 1) === 1;
    return node.opType === "Gemm" && isPlain && (!node.input[2] || floatOf(node, "beta", 1) === 1);
  }

  private isConvolution(node: NodeProto): boolean {
    const bias = node.input[2];
    const isPlain = !bias || this.source.initializers.has(bias);
    return node.opType === "Conv" && isPlain && this.weight(node) !== undefined;
  }

  private addMatrixProduct(node: NodeProto): void {
    const weight = this.weight(node) as TensorProto;
    const isTransposed = node.opType === "Gemm" && intOf(node, "transB", 0) === 1;
    const [rows = 0, columns = 0] = isTransposed ? dimsOf(weight).reverse() : dimsOf(weight);
    const given = floatsOf(weight);
    const values = isTransposed
      ? Float32Array.from(given, (_, i) => given[(i % columns) * rows + Math.floor(i / columns)] as number)
      : given;
    const quantized = quantizeWeights(values, columns, (i) => i % columns);
    const bytes = this.add(weight.name, "bytes", ElementType.UINT8, [rows, columns], quantized.values);
    const scales = this.add(weight.name, "scales", ElementType.FLOAT, [columns], quantized.scales);
    this.addProduct(node, "MatMulInteger", [], bytes, scales, node.input[2]);
  }

  private addConvolution(node: NodeProto): void {
    const weight = this.weight(node) as TensorProto;
    const dims = dimsOf(weight);
    const [channels = 0, ...rest] = dims;
    const perChannel = rest.reduce((product, size) => product * size, 1);
    const quantized = quantizeWeights(floatsOf(weight), channels, (i) => Math.floor(i / perChannel));
    const alongChannels = [1, channels, ...rest.slice(1).map(() => 1)];
    const bytes = this.add(weight.name, "bytes", ElementType.UINT8, dims, quantized.values);
    const scales = this.add(weight.name, "scales", ElementType.FLOAT, alongChannels, quantized.scales);
    const bias = this.source.initializers.get(node.input[2] ?? "");
    const shaped = bias && this.add(bias.name, "shaped", ElementType.FLOAT, alongChannels, floatsOf(bias));
    this.addProduct(node, "ConvInteger", node.attribute, bytes, scales, shaped);
  }

  /** (x · w as whole numbers) × (scale of x × scales of w) + bias */
  private addProduct(
    node: NodeProto,
    opType: "MatMulInteger" | "ConvInteger",
    attributes: NodeProto["attribute"],
    bytes: string,
    scales: string,
    bias: string | undefined,
  ): void {
    const output = node.output[0] ?? "";
    const name = (part: string) => this.source.name(`${output}/${part}`);
    const [sums, floats, scale] = [name("sums"), name("floats"), name("scale")];
    const x = this.activation(node.input[0] ?? "");
    const scaled = bias ? name("scaled") : output;
    this.nodes.push(
      makeNode(opType, [x.values, bytes, x.zero, this.weightZero()], [sums], attributes),
      castNode(sums, floats, ElementType.FLOAT),
      makeNode("Mul", [x.scale, scales], [scale]),
      makeNode("Mul", [floats, scale], [scaled]),
      ...(bias ? [makeNode("Add", [scaled, bias], [output])] : []),
    );
    this.quantized++;
  }

  private activation(name: string): Activation {
    const known = this.activations.get(name);
    if (known) return known;
    const part = (what: string) => this.source.name(`${name}/${what}`);
    const made = { values: part("bytes"), scale: part("scale"), zero: part("zero") };
    this.nodes.push(makeNode("DynamicQuantizeLinear", [name], [made.values, made.scale, made.zero]));
    this.activations.set(name, made);
    return made;
  }

  private weightZero(): string {
    this.zero ??= this.add("weights", "zero", ElementType.UINT8, [], Uint8Array.of(ZERO));
    return this.zero;
  }

  private add(
    name: string,
    what: string,
    type: ElementType,
    dims: readonly number[],
    data: Float32Array | Uint8Array,
  ): string {
    const own = this.source.name(`${name}/${what}`);
    this.initializers.push(makeTensor(own, type, dims, data));
    return own;
  }
}
