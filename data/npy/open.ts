// Opens .npy files, streamed by byte ranges: neither the file nor its values are ever in memory as a whole.
import { basename } from "node:path";
import { type Dataset, type ItemArray, itemSize } from "../dataset.ts";
import { BadItemError, EmptyDatasetError, FormatError } from "../errors.ts";
import { openFile } from "../file.ts";
import { checkSpan } from "../memory.ts";
import {
  type CommonOptions,
  commonKinds,
  type GivenOptions,
  type OptionKinds,
  type RangeOptions,
  rangeKinds,
  readOptions,
  type ShapeOptions,
  type SkipOptions,
  shapeKinds,
  skipKinds,
  textOrFalse,
} from "../options.ts";
import { firstNonFinite } from "../range.ts";
import { FileRows } from "../rows/file-rows.ts";
import { reshaped } from "../shape.ts";
import { BadItems } from "../skipped.ts";
import { survey } from "../survey.ts";
import { readNpyHeader } from "./header.ts";
import { readNpyLabels } from "./labels.ts";
import { decodeNpy, npyType, rawNpy, wantedOfNpy } from "./values.ts";

export interface NpyOptions extends CommonOptions, SkipOptions, RangeOptions, ShapeOptions {
  /** A .npy file of whole numbers, one per item. Default: none. */
  readonly labels?: string | false;
}

const kinds: OptionKinds<NpyOptions> = {
  ...commonKinds,
  ...skipKinds,
  ...rangeKinds,
  ...shapeKinds,
  labels: textOrFalse,
};

/**
 * Reads an array `[n, ...shape of an item]` in C order: `|u1` and `|b1` as uint8; `<f4`, `<f8` (rounded) and whole
 * numbers up to 2^24 as float32. Items whose values are not finite are bad. Unless `range` is given, values other
 * than bytes are read once here to measure it.
 *
 * Throws `MissingFileError`, `FormatError`, `FileSizeError`, `EmptyDatasetError`, `DataOptionError`,
 * `LabelsMismatchError`, `BadItemError`.
 *
 * @example
 * const digits = await openNpy("digits.npy", { shape: [28, 28, 1], labels: "classes.npy" });
 */
export async function openNpy(path: string, options: NpyOptions = {}): Promise<Dataset> {
  return openGiven(path, { ...options });
}

export async function openGiven(path: string, given: GivenOptions): Promise<Dataset> {
  const options = readOptions(path, kinds, given);
  const { handle, size } = await openFile(path, "a .npy file");
  try {
    const { type, shape: whole, offset } = await readNpyHeader(handle, size, path);
    const [length = 0, ...stored] = whole;
    if (stored.length === 0) {
      const found = `has ${whole.length} dimension${whole.length === 1 ? "" : "s"}`;
      throw new FormatError(path, found, "at least 2: items, then the shape of one");
    }
    if (length === 0 || stored.includes(0)) {
      throw new EmptyDatasetError(path, `an array of shape [${whole.join(", ")}]`);
    }
    const { bytes, byteRange } = npyType(type);
    const values = itemSize(stored);
    const rows = new FileRows(handle, path, { offset, rowBytes: values * bytes });
    const check = (raw: Uint8Array<ArrayBuffer>, decoded: ItemArray, item: (row: number) => number) => {
      if (decoded instanceof Uint8Array) return decoded;
      const at = firstNonFinite(decoded);
      if (at < 0) return decoded;
      const name = `item ${item(Math.floor(at / values))}`;
      const found = `value ${at % values} is ${rawNpy(raw, type, at)}`;
      throw new BadItemError(`${path}: ${name}`, name, found, wantedOfNpy(type));
    };
    const labels = options.labels ? await readNpyLabels(options.labels, path, length) : undefined;
    const dataset = {
      name: options.name ?? basename(path),
      length,
      shape: reshaped(path, stored, options.shape),
      dtype: byteRange ? ("uint8" as const) : ("float32" as const),
      ...(labels && { labels }),
      ...(options.classNames && { classNames: options.classNames }),
      async read(start: number, end: number) {
        checkSpan(path, start, end, length);
        const raw = await rows.read(start, end);
        return check(raw, decodeNpy(raw, type), (row) => start + row);
      },
      async gather(indices: Uint32Array) {
        for (const index of indices) checkSpan(path, index, index + 1, length);
        const raw = await rows.gather(indices);
        return check(raw, decodeNpy(raw, type), (row) => indices[row] as number);
      },
      close: () => rows.close(),
    } satisfies Omit<Dataset, "range">;
    if (!byteRange) return await survey(dataset, options);
    return { ...dataset, range: options.range ?? byteRange, ...new BadItems(options.skipBad).fields };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
