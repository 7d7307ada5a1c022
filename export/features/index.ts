// Feature tables: the codes of a whole dataset, in files that other programs read.
export type { CodeType, Column, ScalarColumn, ScalarType, VectorColumn } from "./columns.ts";
export {
  BadFeatureItemError,
  FeatureError,
  FeatureOptionError,
  FeatureSetError,
  FeatureTargetError,
} from "./errors.ts";
export type { FeatureEvent } from "./events.ts";
export { type ExportedFeatures, exportFeatures } from "./export.ts";
export { type FeatureOptions, formatNames } from "./options.ts";
export type { Compression, FeaturePlan, FormatName, Shard } from "./plan.ts";
export { type FeatureSet, type Features, openFeatures, readFeatures } from "./read.ts";
export type { BadItem, ShardRecord } from "./record.ts";
export type { FeatureSetInfo } from "./set.ts";
export type { Stage } from "./stage-clock.ts";
export { folderStorage, type Storage } from "./storage.ts";
