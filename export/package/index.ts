// The package folder: what a model is once trained.

export { type CopiedPackage, copyPackage } from "./copy.ts";
export type { Difference } from "./errors.ts";
export {
  GraphCheckError,
  PackageError,
  PackageOptionError,
  PackageTargetError,
  ParityError,
} from "./errors.ts";
export { readManifest } from "./read-manifest.ts";
export type { GraphCheck, SampleData, Samples } from "./samples.ts";
export * from "./variants/index.ts";
export type { PackageContent, PackageGraph, WrittenPackage } from "./write.ts";
export { writePackage } from "./write.ts";
