// latentkit/runtime: loads a package and encodes, decodes, reconstructs.
export {
  DeviceError,
  DisposedError,
  InferenceError,
  InputError,
  IntegrityError,
  ManifestError,
  OptionError,
  RuntimeError,
} from "./errors.ts";
export type { InputSpec, Manifest, PackageFile, Role } from "./manifest.ts";
export { checkManifest, MANIFEST_FILE, parseManifest, SCHEMA_VERSION } from "./manifest.ts";
export type { LoadOptions } from "./node/load.ts";
export { loadRuntime } from "./node/load.ts";
export type {
  Codes,
  CodesInput,
  Device,
  Images,
  PassedOver,
  Reconstruction,
  Runtime,
  RuntimeInfo,
  Tensor,
  Values,
} from "./types.ts";
