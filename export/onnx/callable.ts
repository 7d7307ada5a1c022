// Layers models, graph models and plain functions behind one interface.
import * as tf from "@tensorflow/tfjs";
import { ExportArgumentError } from "./errors.ts";
import type { GraphBuilder } from "./graph/builder.ts";
import { refuseLayers } from "./layers.ts";
import { scopeLayers } from "./scopes.ts";
import type { Callable, NamedTensor } from "./trace.ts";

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

export function adapt(program: ConvertibleProgram): Adapted {
  if (program instanceof tf.GraphModel) return adaptGraphModel(program);
  if (program instanceof tf.LayersModel) return adaptLayersModel(program);
  if (typeof program === "function") return adaptFunction(program);
  throw new ExportArgumentError(
    `toOnnx() takes a tf.LayersModel, a tf.GraphModel or a function of tensors, got ${describe(program)}`,
  );
}

function describe(value: unknown): string {
  return value === null || typeof value !== "object"
    ? String(value)
    : `an object of ${value.constructor.name}`;
}

/** The inputs that a model declares. */
export function declaredInputs(model: tf.LayersModel | tf.GraphModel): readonly DeclaredInput[] {
  return adapt(model).inputs ?? [];
}

const pair = (tensors: readonly tf.Tensor[], names: readonly string[]): NamedTensor[] =>
  tensors.map((tensor, i) => ({ tensor, name: names[i] ?? `output_${i}` }));

function adaptLayersModel(model: tf.LayersModel): Adapted {
  // A sequential model has no names before; an empty one can't be built.
  if (model instanceof tf.Sequential && model.layers.length > 0) model.build();
  if (!model.outputs?.length) {
    throw new ExportArgumentError(
      `model "${model.name}" has not been built: it needs layers, the first one with an inputShape`,
    );
  }
  refuseLayers(model);
  const weights = new Map<string, tf.Tensor>();
  for (const weight of model.weights) weights.set(weight.name, weight.read());
  return {
    call: (inputs) => {
      const result = model.apply([...inputs], { training: false });
      return pair([result].flat() as tf.Tensor[], model.outputNames);
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

/** "x:0" is TensorFlow's name for the first output of node x. */
const withoutPort = (name: string) => name.replace(/:0$/, "");

function adaptGraphModel(model: tf.GraphModel): Adapted {
  if (!model.inputs) {
    throw new ExportArgumentError("the graph model has not been loaded: call and await its load() first");
  }
  const weights = new Map<string, tf.Tensor>();
  for (const [name, tensors] of Object.entries(model.weights)) {
    tensors.forEach((tensor, i) => {
      weights.set(i === 0 ? name : `${name}:${i}`, tensor);
    });
  }
  return {
    call: (tensors) => {
      const feeds = Object.fromEntries(model.inputs.map(({ name }, i) => [name, tensors[i] as tf.Tensor]));
      const result = executeGraph(model, feeds);
      return pair([result].flat(), model.outputNodes.map(withoutPort));
    },
    inputs: model.inputs.map(({ name, shape, dtype }) => ({
      name: withoutPort(name),
      shape: (shape ?? []).map((dim) => (dim < 0 ? null : dim)),
      dtype,
    })),
    weights,
    scoped: (_, body) => body(),
  };
}

function executeGraph(model: tf.GraphModel, feeds: tf.NamedTensorMap): tf.Tensor | tf.Tensor[] {
  try {
    return model.execute(feeds, [...model.outputNodes]);
  } catch (error) {
    throw explainGraph(error);
  }
}

function explainGraph(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const unknown = /^Unknown op '([^']+)'/.exec(error.message);
  if (unknown) {
    return new ExportArgumentError(
      `the graph model has an operation that tfjs does not know: ${unknown[1]}; register it with tf.registerOp()`,
    );
  }
  if (!error.message.includes("executeAsync")) return error;
  return new ExportArgumentError(
    `the graph model has steps that depend on values (loops, conditions, dynamic sizes): ${error.message}`,
  );
}

function adaptFunction(program: TensorFunction): Adapted {
  const variables = Object.entries(tf.engine().registeredVariables as Record<string, tf.Variable>);
  return {
    call: (inputs) => {
      const result = program(...inputs);
      // A promise has no tensors yet, and its numbers could not be recorded.
      if (typeof result !== "object" || result === null || "then" in result) {
        throw new ExportArgumentError(
          `toOnnx() takes a function that returns a tensor, a list of tensors or tensors by name, got ${describeResult(result)}`,
        );
      }
      if (result instanceof tf.Tensor) return pair([result], ["output"]);
      if (Array.isArray(result)) return pair(result, result.length === 1 ? ["output"] : []);
      return pair(Object.values(result), Object.keys(result));
    },
    inputs: undefined,
    weights: new Map(variables),
    scoped: (_, body) => body(),
  };
}

function describeResult(result: unknown): string {
  return typeof result === "object" && result !== null ? "a promise (an async function)" : String(result);
}
