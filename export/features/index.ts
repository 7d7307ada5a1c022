// Feature tables: the codes of a whole dataset, in files that other programs read.
export type { CodeType, Column, ScalarColumn, ScalarType, VectorColumn } from "./columns.ts";
export type { ExportedFeatures } from "./complete.ts";
export {
  BadFeatureItemError,
  FeatureError,
  FeatureOptionError,
  FeatureQueueError,
  FeatureSetError,
  FeatureStorageError,
  FeatureTargetError,
} from "./errors.ts";
export type { FeatureEvent } from "./events.ts";
export { exportFeatures } from "./export.ts";
export * from "./neighbours/index.ts";
export { type FeatureOptions, formatNames } from "./options.ts";
export type { Compression, FeaturePlan, FormatName, Shard } from "./plan.ts";
export * from "./queue/index.ts";
export { type FeatureSet, type Features, openFeatures, readFeatures } from "./read.ts";
export type { BadItem, ShardRecord } from "./record.ts";
export type { FeatureSetInfo } from "./set.ts";
export type { Stage } from "./stage-clock.ts";
export { folderStorage } from "./storage/folder.ts";
export { openStorage } from "./storage/open.ts";
export { type S3Options, s3Storage } from "./storage/s3/storage.ts";
export type { Storage } from "./storage/storage.ts";
export type { FileSum } from "./storage/sum.ts";
