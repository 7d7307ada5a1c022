// Exports a tfjs model.json as one .onnx file.

import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  declaredInputs,
  type ExportedModel,
  exportModel,
  loadModel,
  type ModelPort,
} from "../../export/onnx/index.ts";
import { type InputOption, inputSpecs, type PreprocessOptions } from "./model-inputs.ts";
import { formatTable } from "./table.ts";

export interface ExportModelRequest extends PreprocessOptions {
  /** A file that ends with .onnx, or a folder that gets a model.onnx. */
  readonly out: string;
  readonly register?: string | undefined;
  readonly input?: readonly InputOption[] | undefined;
  readonly outputNames?: readonly string[] | undefined;
  readonly tolerance?: number | undefined;
}

export interface ModelReport {
  readonly file: string;
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
  readonly nodes: number;
  readonly bytes: number;
  readonly maxAbs: number;
}

/** Loads, converts, checks against tfjs and writes. */
export async function exportModelFile(
  source: string,
  { out, register, input = [], outputNames, tolerance, ...preprocessing }: ExportModelRequest,
): Promise<ModelReport> {
  // tfjs's advice to install tfjs-node is of no use here.
  tf.enableProdMode();
  const model = await loadModel(source, register === undefined ? {} : { register });
  const exported = await exportModel(model, out.endsWith(".onnx") ? out : join(out, "model.onnx"), {
    inputs: inputSpecs(declaredInputs(model), input, preprocessing),
    ...(outputNames ? { outputNames } : {}),
    ...(tolerance === undefined ? {} : { tolerance }),
  });
  return report(exported);
}

function report({ file, inputs, outputs, nodeCount, bytes, maxAbs }: ExportedModel): ModelReport {
  return { file, inputs, outputs, nodes: nodeCount, bytes: bytes.length, maxAbs };
}

export function describeModel({ file, inputs, outputs, nodes, bytes, maxAbs }: ModelReport): string {
  const port = (kind: string) => (one: ModelPort) => [
    kind,
    `${one.name}: ${one.dtype} [${one.shape.join(", ")}]`,
  ];
  return formatTable(
    [{ title: "file" }, { title: file }],
    [
      ...inputs.map(port("input")),
      ...outputs.map(port("output")),
      ["nodes", String(nodes)],
      ["bytes", bytes.toLocaleString("en")],
      ["ONNX against tfjs", `at most ${maxAbs.toExponential(1)} apart`],
    ],
  );
}
