// latentkit/data: datasets from any source, read in seeded batches.
export type { Batch, BatchOptions } from "./batches.ts";
export { batches, gather } from "./batches.ts";
export type { Dataset, ItemArray, Labels } from "./dataset.ts";
export { itemSize } from "./dataset.ts";
export {
  DataError,
  DataOptionError,
  FileSizeError,
  FormatError,
  LabelsMismatchError,
  MissingFileError,
  UnknownSourceError,
} from "./errors.ts";
export type { IdxOptions } from "./idx/open.ts";
export { openIdx } from "./idx/open.ts";
export type { MemoryDatasetFields } from "./memory.ts";
export { memoryDataset } from "./memory.ts";
export type { Random } from "./random.ts";
export { permutation, seededRandom } from "./random.ts";
export { knownSources, openSource } from "./registry.ts";
export type { OpenOptions } from "./source.ts";
