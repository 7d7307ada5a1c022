// Exports a tfjs model.json as one .onnx file.

import { basename, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  declaredInputs,
  type ExportedModel,
  exportModel,
  loadModel,
  type ModelPort,
} from "../../export/onnx/index.ts";
import { type ModelVariant, type VariantDtype, writeModelVariants } from "../../export/package/index.ts";
import { figures } from "./export-package.ts";
import { type InputOption, inputSpecs, type PreprocessOptions } from "./model-inputs.ts";
import { formatTable } from "./table.ts";

export interface ExportModelRequest extends PreprocessOptions {
  /** A file that ends with .onnx, or a folder that gets a model.onnx. */
  readonly out: string;
  readonly register?: string | undefined;
  readonly input?: readonly InputOption[] | undefined;
  readonly outputNames?: readonly string[] | undefined;
  readonly tolerance?: number | undefined;
  /** Smaller variants to be written beside the file. */
  readonly dtypes?: readonly VariantDtype[];
}

export interface ModelReport {
  readonly file: string;
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
  readonly nodes: number;
  readonly bytes: number;
  readonly maxAbs: number;
  readonly variants: readonly ModelVariant[];
}

/** Loads, converts, checks against tfjs and writes. */
export async function exportModelFile(
  source: string,
  { out, register, input = [], outputNames, tolerance, dtypes = [], ...preprocessing }: ExportModelRequest,
): Promise<ModelReport> {
  // tfjs's advice to install tfjs-node is of no use here.
  tf.enableProdMode();
  const model = await loadModel(source, register === undefined ? {} : { register });
  const exported = await exportModel(model, out.endsWith(".onnx") ? out : join(out, "model.onnx"), {
    inputs: inputSpecs(declaredInputs(model), input, preprocessing),
    ...(outputNames ? { outputNames } : {}),
    ...(tolerance === undefined ? {} : { tolerance }),
  });
  return report(exported, await writeModelVariants(exported, dtypes));
}

function report(
  { file, inputs, outputs, nodeCount, bytes, maxAbs }: ExportedModel,
  variants: readonly ModelVariant[],
): ModelReport {
  return { file, inputs, outputs, nodes: nodeCount, bytes: bytes.length, maxAbs, variants };
}

export function describeModel(model: ModelReport): string {
  const { file, inputs, outputs, nodes, bytes, maxAbs, variants } = model;
  const port = (kind: string) => (one: ModelPort) => [
    kind,
    `${one.name}: ${one.dtype} [${one.shape.join(", ")}]`,
  ];
  const table = formatTable(
    [{ title: "file" }, { title: file }],
    [
      ...inputs.map(port("input")),
      ...outputs.map(port("output")),
      ["nodes", String(nodes)],
      ["bytes", bytes.toLocaleString("en")],
      ["ONNX against tfjs", `at most ${maxAbs.toExponential(1)} apart`],
    ],
  );
  return variants.length === 0 ? table : `${table}\n\n${describeVariants(variants)}`;
}

function describeVariants(variants: readonly ModelVariant[]): string {
  const right = (title: string) => ({ title, align: "right" }) as const;
  const compared = ["bytes", "size", "largest difference", "mean difference", "cosine"].map(right);
  const rows = variants.map((one) => [basename(one.file), one.bytes.toLocaleString("en"), ...figures(one)]);
  return formatTable([{ title: "variant" }, ...compared], rows);
}
