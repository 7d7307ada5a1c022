// latentkit/data: datasets from any source, read in seeded batches.
export type { Batch, BatchOptions } from "./batches.ts";
export { batches, gather } from "./batches.ts";
export type { CsvOptions } from "./csv/open.ts";
export { openCsv } from "./csv/open.ts";
export type { Cell, Dataset, ItemArray, KeptColumn, Labels, SkippedItem } from "./dataset.ts";
export { itemBytes, itemSize } from "./dataset.ts";
export {
  BadItemError,
  DataError,
  DataOptionError,
  EmptyDatasetError,
  FileSizeError,
  FormatError,
  LabelsMismatchError,
  MissingFileError,
  UnknownSourceError,
} from "./errors.ts";
export type { IdxOptions } from "./idx/open.ts";
export { openIdx } from "./idx/open.ts";
export type { ImageOptions } from "./images/open.ts";
export { openImages } from "./images/open.ts";
export type { MemoryDatasetFields } from "./memory.ts";
export { memoryDataset } from "./memory.ts";
export type { NpyOptions } from "./npy/open.ts";
export { openNpy } from "./npy/open.ts";
export type { CommonOptions, RangeOptions, ShapeOptions, SkipOptions } from "./options.ts";
export type { ParquetOptions } from "./parquet/open.ts";
export { openParquet } from "./parquet/open.ts";
export type { PrefetchOptions } from "./prefetch.ts";
export { prefetch } from "./prefetch.ts";
export type { Random } from "./random.ts";
export { permutation, seededRandom } from "./random.ts";
export type { OpenOptions } from "./registry.ts";
export { absoluteSpec, knownSources, openSource, openToWalk } from "./registry.ts";
export type { ItemSpec } from "./source.ts";
export type { Split, SplitOptions } from "./split.ts";
export { split } from "./split.ts";
export { subset } from "./subset.ts";
export type { TarOptions } from "./tar/open.ts";
export { openTar } from "./tar/open.ts";
export type { WavOptions } from "./wav/open.ts";
export { openWav } from "./wav/open.ts";
