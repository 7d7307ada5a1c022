// Exports a program, runs the file in ONNX Runtime at several batch sizes and compares with tfjs-backend-cpu.
import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import * as tf from "@tensorflow/tfjs";
import { ModelProtoSchema } from "onnx-buf";
import * as ort from "onnxruntime-node";
import {
  type ConvertibleProgram,
  type InputSpec,
  type OnnxModel,
  type ToOnnxOptions,
  toOnnx,
} from "../../export/onnx/index.ts";
import type { TensorData } from "./kernels.ts";
import { collectForChecker } from "./onnx-checker.ts";

/** What the ONNX file is fed, and what the tfjs program gets where that is another thing (preprocessing). */
export interface Feed extends Omit<TensorData, "dtype"> {
  readonly dtype?: "float32" | "int32" | "bool" | "uint8";
  readonly tfjs?: TensorData;
}

export interface ExportCheck {
  /** Names the model in messages of the checker. */
  readonly name: string;
  /** Feeds in the order of the program's inputs, for a batch size. */
  readonly feeds: (batch: number) => readonly Feed[];
  readonly batches?: readonly number[];
  readonly inputs?: readonly InputSpec[];
  /** A program that gives what is expected; the exported one unless told. */
  readonly reference?: ConvertibleProgram;
  readonly options?: ToOnnxOptions;
  /** Allowed |difference| / (1 + |expected|). Default 1e-4. */
  readonly tolerance?: number;
}

/** Asserts that one ONNX file gives what tfjs gives, for every batch size; returns it. */
export async function assertExported(program: ConvertibleProgram, check: ExportCheck): Promise<OnnxModel> {
  const { batches = [1, 2, 7], tolerance = 1e-4 } = check;
  await tf.setBackend("cpu");
  const expected = batches.map((batch) => runInTfjs(check.reference ?? program, check.feeds(batch)));
  const model = await toOnnx(program, check.inputs, check.options);
  collectForChecker(check.name, model.bytes);
  const session = await ort.InferenceSession.create(model.bytes, { intraOpNumThreads: 1 });
  try {
    for (const [i, batch] of batches.entries()) {
      const feeds = check.feeds(batch).map(ortTensor);
      const named = Object.fromEntries(model.inputs.map(({ name }, at) => [name, feeds[at] as ort.Tensor]));
      const results = await session.run(named);
      const actual = model.outputs.map(({ name }) => results[name] as ort.Tensor);
      assert.equal(actual.length, expected[i]?.length);
      actual.forEach((tensor, at) => {
        assertClose(tensor, expected[i]?.[at] as TensorData, tolerance, `batch ${batch}, output ${at}`);
      });
    }
  } finally {
    await session.release();
  }
  return model;
}

function assertClose(actual: ort.Tensor, expected: TensorData, tolerance: number, what: string): void {
  assert.deepEqual([actual.dims, actual.type], [expected.shape, expected.dtype], `${what}: shape and dtype`);
  const data = actual.data as ArrayLike<number>;
  expected.values.forEach((value, i) => {
    const other = Number(data[i]);
    const isSame = value === other || Math.abs(value - other) <= tolerance * (1 + Math.abs(value));
    assert.ok(isSame, `${what}, element ${i}: tfjs ${value}, ONNX ${other}`);
  });
}

/** The program's outputs on tfjs's current backend. */
export function runInTfjs(program: ConvertibleProgram, feeds: readonly Feed[]): TensorData[] {
  return tf.tidy(() => {
    const tensors = feeds.map(({ tfjs, values, shape, dtype = "float32" }) =>
      tfjs
        ? tf.tensor([...tfjs.values], [...tfjs.shape], tfjs.dtype)
        : tf.tensor([...values], [...shape], dtype === "uint8" ? "int32" : dtype),
    );
    return tensorsOf(call(program, tensors)).map((tensor) => ({
      values: Array.from(tensor.dataSync()),
      shape: tensor.shape,
      dtype: tensor.dtype as "float32" | "int32" | "bool",
    }));
  });
}

function call(program: ConvertibleProgram, tensors: tf.Tensor[]) {
  if (typeof program === "function") return program(...tensors);
  return program.predict(tensors.length === 1 ? (tensors[0] as tf.Tensor) : tensors);
}

function tensorsOf(result: tf.Tensor | tf.Tensor[] | tf.NamedTensorMap): tf.Tensor[] {
  if (result instanceof tf.Tensor) return [result];
  return Array.isArray(result) ? result : Object.values(result);
}

function ortTensor({ values, shape, dtype = "float32" }: Feed): ort.Tensor {
  if (dtype === "bool") return new ort.Tensor("bool", Uint8Array.from(values), shape);
  if (dtype === "uint8") return new ort.Tensor("uint8", Uint8Array.from(values), shape);
  if (dtype === "int32") return new ort.Tensor("int32", Int32Array.from(values), shape);
  return new ort.Tensor("float32", Float32Array.from(values), shape);
}

/** What a reader of the file sees: its operators, in order. */
export function operatorsOf(model: OnnxModel): string[] {
  return fromBinary(ModelProtoSchema, model.bytes).graph?.node.map(({ opType }) => opType) ?? [];
}

/** Names of the file's weights and other constants. */
export function initializersOf(model: OnnxModel): string[] {
  return fromBinary(ModelProtoSchema, model.bytes).graph?.initializer.map(({ name }) => name) ?? [];
}

/** Names of the file's nodes. */
export function nodeNamesOf(model: OnnxModel): string[] {
  return fromBinary(ModelProtoSchema, model.bytes).graph?.node.map(({ name }) => name) ?? [];
}
