// exportModel(): a tfjs program as an ONNX file on disk, checked before it gets its name.
import { dirname, resolve } from "node:path";
import { makeFolder, writeWhole } from "../synced-file.ts";
import type { ConvertibleProgram } from "./callable.ts";
import type { InputSpec } from "./inputs.ts";
import { checkParity } from "./parity/check-parity.ts";
import { type OnnxModel, type ToOnnxOptions, toOnnx } from "./to-onnx.ts";

export interface ExportModelOptions extends ToOnnxOptions {
  /** Names, shapes and preprocessing of the inputs, as toOnnx() takes them. */
  readonly inputs?: readonly InputSpec[];
  /** Allowed |difference| / (1 + |value|) between tfjs and ONNX Runtime; 1e-4 unless told. */
  readonly tolerance?: number;
}

export interface ExportedModel extends OnnxModel {
  /** Absolute. */
  readonly file: string;
  /** Largest absolute difference between tfjs and ONNX Runtime on random samples. */
  readonly maxAbs: number;
}

/**
 * Writes a program to an .onnx file. The file is written under a hidden name beside its place, run in ONNX Runtime
 * against tfjs, then renamed: a file with the final name is whole and right, and an earlier one stays until then.
 *
 *     const { maxAbs } = await exportModel(await loadModel("model.json"), "model.onnx");
 *
 * @throws what toOnnx() and checkParity() throw
 */
export async function exportModel(
  program: ConvertibleProgram,
  file: string,
  { inputs = [], tolerance, ...options }: ExportModelOptions = {},
): Promise<ExportedModel> {
  const target = resolve(file);
  const model = await toOnnx(program, inputs, options);
  await makeFolder(dirname(target));
  let maxAbs = 0;
  await writeWhole(target, model.bytes, async (temporary) => {
    const checked = { file: temporary, ...(tolerance === undefined ? {} : { tolerance }) };
    ({ maxAbs } = await checkParity(program, model, inputs, checked));
  });
  return { ...model, file: target, maxAbs };
}
