// Layers models, graph models and plain functions behind one interface.
import * as tf from "@tensorflow/tfjs";
import { ExportArgumentError } from "./errors.ts";
import type { GraphBuilder } from "./graph/builder.ts";
import { scopeLayers } from "./scopes.ts";
import type { Callable } from "./trace.ts";

/** A function of tensors; several outputs as a list or by name. */
export type TensorFunction = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[] | tf.NamedTensorMap;

/** What can be turned into ONNX. */
export type ConvertibleProgram = tf.LayersModel | tf.GraphModel | TensorFunction;

/** An input as the program declares it; `null` dimensions are open. */
export interface DeclaredInput {
  readonly name: string;
  readonly shape: readonly (number | null)[];
  readonly dtype: tf.DataType;
}

export interface Adapted {
  readonly call: Callable;
  /** The inputs that the program itself declares; functions declare none. */
  readonly inputs: readonly DeclaredInput[] | undefined;
  /** Names of the weights' tensors. */
  readonly weights: ReadonlyMap<string, tf.Tensor>;
  /** Runs `body` with the layer being executed written into what is recorded. */
  scoped<T>(g: GraphBuilder, body: () => T): T;
}

/** Adapts a program. `outputNames` are given in the order of its outputs. */
export function adapt(program: ConvertibleProgram, outputNames: readonly string[] | undefined): Adapted {
  if (program instanceof tf.GraphModel) return adaptGraphModel(program, outputNames);
  if (program instanceof tf.LayersModel) return adaptLayersModel(program, outputNames);
  if (typeof program === "function") return adaptFunction(program, outputNames);
  throw new ExportArgumentError(
    `toOnnx() takes a tf.LayersModel, a tf.GraphModel or a function of tensors, got ${describe(program)}`,
  );
}

function describe(value: unknown): string {
  return value === null || typeof value !== "object"
    ? String(value)
    : `an object of ${value.constructor.name}`;
}

/** Output names that were asked for, checked against how many outputs there are. */
function nameOutputs(
  tensors: readonly tf.Tensor[],
  own: readonly string[],
  asked: readonly string[] | undefined,
): Map<string, tf.Tensor> {
  const names = asked ?? own;
  if (names.length !== tensors.length) {
    throw new ExportArgumentError(
      `outputNames: expected ${tensors.length} names (one per output), got ${names.length} (${names.join(", ")})`,
    );
  }
  return new Map(tensors.map((tensor, i) => [names[i] as string, tensor]));
}

function adaptLayersModel(model: tf.LayersModel, outputNames: readonly string[] | undefined): Adapted {
  if (!model.built && model.inputs === undefined) {
    throw new ExportArgumentError(
      `model "${model.name}" has not been built: give its first layer an inputShape`,
    );
  }
  const weights = new Map<string, tf.Tensor>();
  for (const weight of model.weights) weights.set(weight.name, weight.read());
  return {
    call: (inputs) => {
      const result = model.apply([...inputs], { training: false });
      const tensors = [result].flat() as tf.Tensor[];
      return nameOutputs(tensors, model.outputNames, outputNames);
    },
    inputs: model.inputs.map(({ shape, dtype }, i) => ({
      name: model.inputNames[i] as string,
      shape,
      dtype,
    })),
    weights,
    scoped: (g, body) => scopeLayers(model, g, body),
  };
}

function adaptGraphModel(model: tf.GraphModel, outputNames: readonly string[] | undefined): Adapted {
  const weights = new Map<string, tf.Tensor>();
  for (const [name, tensors] of Object.entries(model.weights)) {
    tensors.forEach((tensor, i) => {
      weights.set(i === 0 ? name : `${name}:${i}`, tensor);
    });
  }
  const inputs = model.inputs.map(({ name, shape, dtype }) => ({
    name: name.replace(/:0$/, ""),
    shape: (shape ?? []).map((dim) => (dim < 0 ? null : dim)),
    dtype,
  }));
  return {
    call: (tensors) => {
      const feeds = Object.fromEntries(model.inputs.map(({ name }, i) => [name, tensors[i] as tf.Tensor]));
      const result = model.execute(feeds, [...model.outputNodes]);
      const own = model.outputNodes.map((name) => name.replace(/:0$/, ""));
      return nameOutputs([result].flat() as tf.Tensor[], own, outputNames);
    },
    inputs,
    weights,
    scoped: (_, body) => body(),
  };
}

function adaptFunction(program: TensorFunction, outputNames: readonly string[] | undefined): Adapted {
  const variables = Object.entries(tf.engine().registeredVariables as Record<string, tf.Variable>);
  return {
    call: (inputs) => {
      const result = program(...inputs);
      if (result instanceof tf.Tensor) return nameOutputs([result], ["output"], outputNames);
      if (Array.isArray(result)) {
        return nameOutputs(
          result,
          result.length === 1 ? ["output"] : result.map((_, i) => `output_${i}`),
          outputNames,
        );
      }
      return nameOutputs(Object.values(result), Object.keys(result), outputNames);
    },
    inputs: undefined,
    weights: new Map(variables),
    scoped: (_, body) => body(),
  };
}
