// What latentkit/runtime publishes in Node and in browsers alike; only `loadRuntime` is made differently.
export {
  DeviceError,
  DisposedError,
  InferenceError,
  InputError,
  IntegrityError,
  ManifestError,
  OptionError,
  QueueFullError,
  RuntimeError,
  SourceError,
  ThreadError,
  TimeoutError,
  UnreachableError,
} from "./errors.ts";
export { MANIFEST_FILE } from "./file-names.ts";
export type { Fit } from "./images/place.ts";
export type { Raster } from "./images/raster.ts";
export type { InputSpec, Manifest, PackageFile, Precision, Role, SwitchesSpec } from "./manifest.ts";
export { checkManifest, parseManifest, SCHEMA_VERSION } from "./manifest.ts";
export type { LoadOptions } from "./options.ts";
export type { FileBytes } from "./source/bytes.ts";
export type { Progress } from "./source/files.ts";
export type { Source } from "./source/open.ts";
export type {
  CallOptions,
  Classification,
  Codes,
  CodesInput,
  Device,
  Drawable,
  Images,
  PassedOver,
  Percentiles,
  Picture,
  RawItems,
  Reconstruction,
  Runtime,
  RuntimeInfo,
  RuntimeStats,
  StreamOptions,
  Switches,
  Tensor,
  Values,
} from "./types.ts";
