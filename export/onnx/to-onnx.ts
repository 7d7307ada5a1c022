// toOnnx(): any tfjs program as an ONNX model.
import { toBinary } from "@bufbuild/protobuf";
import type * as tf from "@tensorflow/tfjs";
import { ModelProtoSchema } from "onnx-buf";
import type { OnnxBackend } from "./backend.ts";
import { type Adapted, adapt, type ConvertibleProgram } from "./callable.ts";
import { ExportArgumentError } from "./errors.ts";
import { type FreeDimension, fit, type Sizes, showExpression, traceSizes } from "./free/expression.ts";
import { checkSmallSizes } from "./free/small-sizes.ts";
import type { DimensionSource } from "./free/symbolic.ts";
import { unify } from "./free/unify.ts";
import type { Dimension, NamedValue, Program } from "./graph/program.ts";
import type { ElementType, Value } from "./graph/value.ts";
import { type InputSpec, type ResolvedInput, resolveInputs } from "./inputs.ts";
import { checkKnownKeys } from "./known-keys.ts";
import { NameTable } from "./names.ts";
import { optimize } from "./passes/index.ts";
import { prepare, rawInput } from "./preprocess.ts";
import { type Trace, trace, whileRecording } from "./trace.ts";
import { nameWeights } from "./weights.ts";
import { modelProto, type WriteOptions } from "./write.ts";

export interface ToOnnxOptions extends WriteOptions {
  /** Names of the outputs, in the program's order; the program's own names unless told. */
  readonly outputNames?: readonly string[];
}

/** An input or output of a written model. */
export interface ModelPort {
  readonly name: string;
  readonly dtype: ElementType;
  /** Numbers, or the names of free dimensions. */
  readonly shape: readonly Dimension[];
}

export interface OnnxModel {
  /** The .onnx file. */
  readonly bytes: Uint8Array;
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
  /** Number of operators. */
  readonly nodeCount: number;
}

/**
 * Turns a tfjs program into an ONNX model (opset 17, IR version 8): a layers model, a graph model or a function of
 * tensors. Weights become initializers under their variables' names.
 *
 *     const { bytes } = await toOnnx(model);
 *     const { bytes } = await toOnnx((x) => x.matMul(w).relu(), [{ name: "x", shape: ["batch", 784] }]);
 *
 * @param program a model, or a function that returns a tensor, a list of tensors or tensors by name
 * @param inputs names, shapes and preprocessing, in the program's order. A string in a shape is a free dimension of
 *   that name. Models declare shapes themselves: an open first dimension is "batch"; further open ones must be given
 * @throws UnsupportedKernelError for a kernel without ONNX form, naming it and the layer
 * @throws FreeDimensionError where the program depends on a dimension that was to stay free
 * @throws ExportArgumentError for names, shapes or options that don't fit the program
 */
export async function toOnnx(
  program: ConvertibleProgram,
  inputs: readonly InputSpec[] = [],
  options: ToOnnxOptions = {},
): Promise<OnnxModel> {
  checkKnownKeys("toOnnx() options", options, ["outputNames", "graphName", "doc", "metadata"]);
  const adapted = adapt(program);
  const resolved = resolveInputs(adapted.inputs, inputs);
  const dimensions = freeDimensions(resolved);
  const sizes = traceSizes(dimensions);
  const hasFreeDimensions = Object.keys(sizes[0] as Sizes).length > 0;
  const recorded = await whileRecording((backend) =>
    record(backend, adapted, resolved, dimensions, sizes, options.outputNames),
  );
  const optimized = optimize(recorded, { freeDimensions: hasFreeDimensions });
  const proto = modelProto(optimized, options);
  return {
    bytes: toBinary(ModelProtoSchema, proto),
    inputs: optimized.inputs.map(port),
    outputs: optimized.outputs.map(port),
    nodeCount: proto.graph?.node.length ?? 0,
  };
}

function freeDimensions(inputs: readonly ResolvedInput[]): FreeDimension[] {
  const leading = new Map<string, boolean>();
  for (const { shape } of inputs) {
    shape.forEach((dim, axis) => {
      if (typeof dim === "string") leading.set(dim, (leading.get(dim) ?? true) && axis === 0);
    });
  }
  return [...leading].map(([name, isLeading]) => ({ name, isLeading }));
}

function port({ name, value, dims }: NamedValue): ModelPort {
  return { name, dtype: value.dtype, shape: dims ?? value.shape };
}

/** Traces the program at every size and joins the traces. */
function record(
  backend: OnnxBackend,
  adapted: Adapted,
  inputs: readonly ResolvedInput[],
  dimensions: readonly FreeDimension[],
  sizes: readonly Sizes[],
  askedNames: readonly string[] | undefined,
): Program {
  nameWeights(backend, adapted.weights);
  const traces = sizes.map((size) => traceAt(backend, adapted, inputs, size));
  const [first] = traces as [Trace];
  if (first.outputs.length === 0) throw new ExportArgumentError("the program returns no output");
  const leading = dimensions.flatMap(({ name, isLeading }) => (isLeading ? [name] : []));
  const outputs = unify(traces, sizes, dimensionSources(inputs, first));
  checkSmallSizes(traces, sizes, leading, (size) => traceAt(backend, adapted, inputs, size));
  const names = nameOutputs(
    inputs.map(({ name }) => name),
    first.outputs.map(({ name }) => name),
    askedNames,
  );
  return {
    inputs: inputs.map((input) => ({
      name: input.name,
      value: first.inputs.get(input.name) as Value,
      dims: rawDims(input),
    })),
    outputs: outputs.map((value, i) => ({
      name: names[i] as string,
      value,
      dims: value.shape.map((_, axis) => {
        const lengths = traces.map((one) => one.outputs[i]?.value.shape[axis] as number);
        const expression = fit(lengths, sizes);
        return expression ? showExpression(expression) : `${names[i]}_dim_${axis}`;
      }),
    })),
  };
}

/** Names of the outputs as asked for, or the program's own, made unique. */
function nameOutputs(
  inputNames: readonly string[],
  own: readonly string[],
  asked: readonly string[] | undefined,
): readonly string[] {
  const table = new NameTable();
  for (const name of inputNames) table.reserve(name);
  if (!asked) return own.map((name) => table.unique(name));
  if (asked.length !== own.length) {
    throw new ExportArgumentError(
      `outputNames: expected ${own.length} names (one per output), got ${asked.length} (${asked.join(", ")})`,
    );
  }
  for (const name of asked) {
    if (table.has(name)) {
      throw new ExportArgumentError(`outputNames: the name "${name}" is taken by an input or another output`);
    }
    table.reserve(name);
  }
  return asked;
}

function traceAt(
  backend: OnnxBackend,
  adapted: Adapted,
  inputs: readonly ResolvedInput[],
  sizes: Sizes,
): Trace {
  const placeholders = inputs.map(({ name, shape, dtype, preprocess }) => {
    const concrete = shape.map((dim) => (typeof dim === "string" ? (sizes[dim] as number) : dim));
    if (!preprocess) return { name, dtype, shape: concrete };
    const raw = rawInput(preprocess, concrete);
    return {
      name,
      ...raw,
      prepare: (g: OnnxBackend["builder"], input: Value) => prepare(g, preprocess, input),
    };
  });
  const call = (tensors: readonly tf.Tensor[]) =>
    adapted.scoped(backend.builder, () => adapted.call(tensors));
  return trace(backend, call, placeholders);
}

/** The model input's dimensions in its own layout. */
function rawDims({ shape, preprocess }: ResolvedInput): readonly Dimension[] {
  if (preprocess?.layout !== "CHW") return shape;
  const [n, h, w, c] = shape as [Dimension, Dimension, Dimension, Dimension];
  return [n, c, h, w];
}

function dimensionSources(inputs: readonly ResolvedInput[], first: Trace): Map<string, DimensionSource> {
  const sources = new Map<string, DimensionSource>();
  for (const input of inputs) {
    rawDims(input).forEach((dim, axis) => {
      if (typeof dim === "string" && !sources.has(dim)) {
        sources.set(dim, { input: first.inputs.get(input.name) as Value, axis });
      }
    });
  }
  return sources;
}
