// Any tfjs program as ONNX.
export type { ConvertibleProgram, TensorFunction } from "./callable.ts";
export {
  ExportArgumentError,
  FreeDimensionError,
  OnnxError,
  PendingValueError,
  UnsupportedKernelError,
  ValueReadError,
} from "./errors.ts";
export type { InputSpec } from "./inputs.ts";
export type { Preprocess } from "./preprocess.ts";
export { type ModelPort, type OnnxModel, type ToOnnxOptions, toOnnx } from "./to-onnx.ts";
