// Any tfjs program as ONNX.
export {
  type ConvertibleProgram,
  type DeclaredInput,
  declaredInputs,
  type TensorFunction,
} from "./callable.ts";
export {
  ExportArgumentError,
  FreeDimensionError,
  OnnxError,
  PendingValueError,
  UnsupportedKernelError,
  ValueReadError,
} from "./errors.ts";
export { type ExportedModel, type ExportModelOptions, exportModel } from "./export-model.ts";
export type { InputSpec } from "./inputs.ts";
export * from "./load/index.ts";
export * from "./parity/index.ts";
export type { Preprocess } from "./preprocess.ts";
export { type ModelPort, type OnnxModel, type ToOnnxOptions, toOnnx } from "./to-onnx.ts";
