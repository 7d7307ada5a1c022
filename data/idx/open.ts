// Opens IDX files: items in one file, labels in another beside it.
import { basename, dirname, join } from "node:path";
import type { Dataset, Labels } from "../dataset.ts";
import { FormatError, LabelsMismatchError } from "../errors.ts";
import { fileExists, readWhole } from "../file.ts";
import { memoryDataset } from "../memory.ts";
import {
  type CommonOptions,
  commonKinds,
  type GivenOptions,
  type OptionKinds,
  readOptions,
  textOrFalse,
} from "../options.ts";
import { parseIdxHeader } from "./header.ts";
import { itemValues, labelValues, valueRange } from "./values.ts";

export interface IdxOptions extends CommonOptions {
  /**
   * The file of labels, or false for none. Default: beside `…images-idx3…` (or `…images.idx3…`) the file
   * `…labels-idx1…`, with or without `.gz`, where there is one.
   */
  readonly labels?: string | false;
}

/** How each option is read. */
export const idxKinds: OptionKinds<IdxOptions> = { ...commonKinds, labels: textOrFalse };

/** As {@link openIdx}, with options yet to be read. */
export async function openGiven(path: string, given: GivenOptions): Promise<Dataset> {
  return openIdx(path, readOptions(path, idxKinds, given));
}

/**
 * Reads an IDX file (gzip accepted) into memory. Items of 2 dimensions get a channel: shape `[h, w, 1]`.
 *
 * Throws `MissingFileError`, `FormatError`, `FileSizeError` or `LabelsMismatchError`.
 */
export async function openIdx(path: string, options: IdxOptions = {}): Promise<Dataset> {
  const bytes = await readWhole(path, "an IDX file");
  const header = parseIdxHeader(bytes, path);
  const [length = 0, ...itemShape] = header.dimensions;
  if (itemShape.length === 0) {
    throw new FormatError(
      path,
      "has 1 dimension, as a file of labels has",
      "at least 2: items, then the shape of one",
    );
  }
  if (itemShape.includes(0)) {
    throw new FormatError(path, `items have shape [${itemShape.join(", ")}]`, "dimensions of at least 1");
  }
  const data = itemValues(bytes, header, path);
  const labelsPath = options.labels ?? (await labelsBeside(path));
  const labels = labelsPath ? await readIdxLabels(labelsPath) : undefined;
  if (labelsPath && labels && labels.length !== length) {
    throw new LabelsMismatchError(labelsPath, labels.length, path, length);
  }
  return memoryDataset({
    name: options.name ?? basename(path),
    data,
    shape: itemShape.length === 2 ? [...itemShape, 1] : itemShape,
    range: valueRange(data, header, path),
    ...(labels && { labels }),
    ...(options.classNames && { classNames: options.classNames }),
  });
}

/** Reads a file of labels: one dimension, whole numbers. Throws as {@link openIdx} does. */
export async function readIdxLabels(path: string): Promise<Labels> {
  const bytes = await readWhole(path, "an IDX file of labels");
  const header = parseIdxHeader(bytes, path);
  if (header.dimensions.length !== 1) {
    throw new FormatError(path, `has ${header.dimensions.length} dimensions`, "1, as a file of labels has");
  }
  return labelValues(bytes, header, path);
}

async function labelsBeside(path: string): Promise<string | undefined> {
  const renamed = basename(path).replace(/images([-.])idx\d/, "labels$1idx1");
  if (renamed === basename(path)) return undefined;
  const plain = renamed.replace(/\.gz$/, "");
  for (const name of [renamed, plain, `${plain}.gz`]) {
    const candidate = join(dirname(path), name);
    if (await fileExists(candidate)) return candidate;
  }
  return undefined;
}
