// tfjs models from disk.
export {
  ModelFormatError,
  ModelLoadError,
  ModelNotFoundError,
  RegisterModuleError,
  UnknownLayerError,
  WeightsLengthError,
  WeightsNotFoundError,
} from "./errors.ts";
export { type LoadModelOptions, loadModel } from "./load-model.ts";
