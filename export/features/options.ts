// Options of `exportFeatures`, with their defaults, checked.
import type { Precision } from "../../runtime/index.ts";
import type { CodeType } from "./columns.ts";
import { FeatureOptionError } from "./errors.ts";
import type { FeatureEvent } from "./events.ts";
import { compressorsFor } from "./formats/parquet/write.ts";
import { formats } from "./formats/registry.ts";
import type { Compression, FormatName } from "./plan.ts";
import type { Storage } from "./storage/storage.ts";

export interface FeatureOptions {
  /** Where the tables go: a folder, `s3://bucket/prefix`, or another storage. */
  readonly out: string | Storage;
  /** Default `parquet`. */
  readonly format?: FormatName;
  /** Of Parquet files: `snappy`, `zstd` (Node 22.15 or newer) or `none`. Default `snappy`; other formats have `none`. */
  readonly compression?: Compression;
  /**
   * What codes are kept in: `float32`, `float16`, or `int8` with one scale per row in the column `scale`. Default
   * `float32`.
   */
  readonly codes?: CodeType;
  /** Rows of a shard. Default 65,536. */
  readonly shardSize?: number;
  /** Items encoded at a time. Default 512, or as many as 4 MiB hold, but at least 16. */
  readonly batchSize?: number;
  /** A column with each item's label, where the source has labels. Default true. */
  readonly label?: boolean;
  /** A column with each item's mean squared reconstruction error, which takes the decoder's time as well. Default false. */
  readonly error?: boolean;
  /** Names of columns of the source, a table, that go along. Default: none. */
  readonly keep?: readonly string[];
  /** Leave out items that cannot be used, and list them in bad.jsonl; else the first one ends the work. Default false. */
  readonly skipBad?: boolean;
  /** Who computes: `auto`, `cuda`, `webgpu` or `cpu`. Default `auto`. */
  readonly device?: "auto" | "cuda" | "webgpu" | "cpu";
  /** Which graphs: `fp32`, or `fp16` or `q8` where the package has them. Default `fp32`. */
  readonly dtype?: Precision;
  /** Inference threads. Default: one per core on the CPU, at most 4, and one on a GPU. */
  readonly workers?: number;
  /** CPU threads of each. Default: the cores shared out among them. */
  readonly threads?: number;
  /** Ends the work soon: shards that are whole are kept. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: FeatureEvent) => void;
}

/** All that has a default, filled in. */
export type CheckedFeatureOptions = FeatureOptions &
  Required<
    Pick<
      FeatureOptions,
      "format" | "compression" | "codes" | "shardSize" | "label" | "error" | "keep" | "skipBad" | "dtype"
    >
  >;

const SHARD_SIZE = 65_536;
/** Of 256 items graphs encode about 7 % fewer a second (784 values each, on two cores); of more than 512 no more. */
const BATCH_SIZE = 512;
const LEAST_BATCH_SIZE = 16;
/** Bytes of items of a usual batch: of what may be under way (rows.ts) an eighth, so that no thread waits for one. */
const BATCH_BYTES = 2 ** 22;
const codeTypes: readonly CodeType[] = ["float32", "float16", "int8"];

export const formatNames = Object.keys(formats) as readonly FormatName[];

/** Throws `FeatureOptionError` for the first that makes no sense. */
export function checkFeatureOptions(options: FeatureOptions): CheckedFeatureOptions {
  const { format = "parquet", codes = "float32", shardSize = SHARD_SIZE } = options;
  if (!formatNames.includes(format)) throw new FeatureOptionError("format", format, formatNames.join(" or "));
  if (!codeTypes.includes(codes)) throw new FeatureOptionError("codes", codes, codeTypes.join(" or "));
  checkCount("shardSize", shardSize);
  if (options.batchSize !== undefined) checkCount("batchSize", options.batchSize);
  const { compressions } = formats[format];
  const compression = options.compression ?? compressions[0] ?? "none";
  if (!compressions.includes(compression)) {
    throw new FeatureOptionError(
      "compression",
      compression,
      `${compressions.join(" or ")}, which ${format} has`,
    );
  }
  compressorsFor(compression);
  const { label = true, error = false, keep = [], skipBad = false, dtype = "fp32" } = options;
  return { ...options, format, compression, codes, shardSize, label, error, keep, skipBad, dtype };
}

/** The batch size of items of so many bytes, unless one is asked for. */
export function usualBatchSize(itemBytes: number): number {
  return Math.min(BATCH_SIZE, Math.max(LEAST_BATCH_SIZE, Math.floor(BATCH_BYTES / itemBytes)));
}

/** Throws `FeatureOptionError`. */
export function checkCount(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new FeatureOptionError(option, value, "a whole number, at least 1");
}
