// Builds graph models as TensorFlow.js's converter writes them; tfjs itself has no saver for them in Node.
import type * as tf from "@tensorflow/tfjs";
import type { TensorData } from "./kernels.ts";
import { type WeightEntry, writeSavedModel } from "./saved-model.ts";

type TensorflowType = "DT_FLOAT" | "DT_INT32" | "DT_BOOL";

/** An attribute of a node, as GraphDef's JSON has it. */
type AttrValue = Readonly<Record<string, unknown>>;
const int = (value: number): AttrValue => ({ i: String(value) });
const ints = (values: readonly number[]): AttrValue => ({ list: { i: values.map(String) } });
const float = (value: number): AttrValue => ({ f: value });
const bool = (value: boolean): AttrValue => ({ b: value });
const base64 = (value: string) => Buffer.from(value).toString("base64");
const text = (value: string): AttrValue => ({ s: base64(value) });
const texts = (values: readonly string[]): AttrValue => ({ list: { s: values.map(base64) } });
const type = (value: TensorflowType): AttrValue => ({ type: value });
export const attr = { int, ints, float, bool, text, texts, type };

interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, AttrValue>>;
}

const types = { float32: "DT_FLOAT", int32: "DT_INT32", bool: "DT_BOOL" } as const;

/** Collects nodes; each method returns the name of its node, for those that read it. */
export class GraphModelBuilder {
  private readonly nodes: GraphNode[] = [];
  private readonly weights: WeightEntry[] = [];
  private readonly inputs: Record<string, object> = {};

  /** An input; -1 is an open dimension. */
  placeholder(name: string, shape: readonly number[], dtype: keyof typeof types = "float32"): string {
    const tensorShape = { dim: shape.map((size) => ({ size: String(size) })) };
    this.inputs[name] = { name: `${name}:0`, dtype: types[dtype], tensorShape };
    return this.node("Placeholder", name, [], { dtype: type(types[dtype]), shape: { shape: tensorShape } });
  }

  /** A constant or trained tensor; its content goes into the file of weights. */
  constant(name: string, { values, shape, dtype = "float32" }: TensorData): string {
    const spec: tf.io.WeightsManifestEntry = { name, shape: [...shape], dtype };
    this.weights.push({ spec, bytes: bytesOf(values, dtype) });
    const tensorShape = { dim: shape.map((size) => ({ size: String(size) })) };
    const value = { tensor: { dtype: types[dtype], tensorShape } };
    return this.node("Const", name, [], { dtype: type(types[dtype]), value });
  }

  /** A vector or number of int32: axes, shapes, paddings. */
  numbers(name: string, values: number | readonly number[], shape?: readonly number[]): string {
    const list = typeof values === "number" ? [values] : values;
    return this.constant(name, {
      values: list,
      shape: shape ?? (typeof values === "number" ? [] : [list.length]),
      dtype: "int32",
    });
  }

  node(
    op: string,
    name: string,
    input: readonly string[],
    attributes: Readonly<Record<string, AttrValue>> = {},
  ): string {
    this.nodes.push({ name, op, input, attr: { T: type("DT_FLOAT"), ...attributes } });
    return name;
  }

  /** Writes model.json and its weights; returns the path. */
  save(folder: string, outputs: readonly string[], shards = 1): Promise<string> {
    return writeSavedModel(folder, {
      format: "graph-model",
      topology: { node: this.nodes, library: {}, versions: { producer: 1395 } },
      weights: this.weights,
      shards,
      signature: {
        inputs: this.inputs,
        outputs: Object.fromEntries(outputs.map((name) => [name, { name: `${name}:0` }])),
      },
    });
  }
}

function bytesOf(values: readonly number[], dtype: "float32" | "int32" | "bool"): Uint8Array {
  if (dtype === "bool") return Uint8Array.from(values);
  const typed = dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values);
  return new Uint8Array(typed.buffer);
}
