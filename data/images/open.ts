// Opens folders of images: a class per folder, every image brought to one size and number of channels.
import { basename } from "node:path";
import type { Dataset } from "../dataset.ts";
import type { BadItemError } from "../errors.ts";
import { checkSpan } from "../memory.ts";
import {
  type CheckOptions,
  type CommonOptions,
  checkKinds,
  choice,
  commonKinds,
  dimensions,
  type GivenOptions,
  type OptionKinds,
  readOptions,
  type SkipOptions,
  skipKinds,
  wholeNumber,
} from "../options.ts";
import { MEMORY } from "../rows/row-store.ts";
import { BadItems } from "../skipped.ts";
import type { ItemSpec } from "../source.ts";
import type { PixelFormat } from "./decode.ts";
import { Decoder } from "./decoder.ts";
import { findImages } from "./folder.ts";
import type { ImagePlaces } from "./places.ts";
import { badImage, ImageReader } from "./reader.ts";

export interface ImageOptions extends CommonOptions, SkipOptions, CheckOptions {
  /** `[height, width]` to resize to; query `size=64x64`. Default: that of the first image, which all must have. */
  readonly size?: readonly number[];
  /** With `size`: cut off what sticks out, leave margins, or stretch. Default `cover`. */
  readonly fit?: "cover" | "contain" | "fill";
  /** 1 for gray, 3 for RGB. Default: as the first image. */
  readonly channels?: 1 | 3;
  /** What shows through transparent pixels and fills margins. Default `white`. */
  readonly background?: "white" | "black";
  /** MiB of decoded images to keep for later epochs; what exceeds it is decoded anew. Default 512. */
  readonly memory?: number;
}

export const imageKinds: OptionKinds<ImageOptions> = {
  ...commonKinds,
  ...skipKinds,
  size: dimensions("height x width, such as 64x64", 2),
  fit: choice("cover", "contain", "fill"),
  channels: choice(1, 3),
  background: choice("white", "black"),
  memory: wholeNumber(0),
  ...checkKinds,
};

/** Options of images that are read once, in order: see `Source`. */
export function walkImages({ shape, dtype }: ItemSpec): GivenOptions {
  const [height = 0, width = 0, channels = 0] = shape;
  const isPicture = dtype === "uint8" && shape.length === 3 && (channels === 1 || channels === 3);
  return { memory: 0, check: false, ...(isPicture && { size: [height, width], channels }) };
}

/**
 * Reads png, jpg, webp, gif (first picture), avif and tiff. Items are uint8 of shape `[height, width, channels]`,
 * in natural order of their paths (`2.png` before `10.png`), upright by their EXIF orientation. The headers of all
 * images are looked at here, pixels when they are read; with `skipBad` every image is decoded once here.
 *
 * Throws `MissingFileError`, `EmptyDatasetError`, `DataOptionError`, `FormatError`, and `BadItemError` for the first
 * image that cannot be read or has another size.
 *
 * @example
 * const photos = await openImages("photos", { size: [64, 64], channels: 1 });
 */
export async function openImages(folder: string, options: ImageOptions = {}): Promise<Dataset> {
  return openGiven(folder, { ...options });
}

export async function openGiven(folder: string, given: GivenOptions): Promise<Dataset> {
  const options = readOptions(folder, imageKinds, given);
  const { files, ...classes } = await findImages(folder);
  return openImagesAt({ folder, files }, classes, options);
}

/** What is known of images besides where they are. */
export type ImageFacts = Pick<Dataset, "labels" | "classNames" | "kept">;

/** Images that have been found: in a folder, by a pattern, in an archive. Throws as {@link openImages}. */
export async function openImagesAt(
  places: ImagePlaces,
  facts: ImageFacts,
  options: ImageOptions,
): Promise<Dataset> {
  const { folder, files } = places;
  const decoder = new Decoder(places);
  try {
    const format = await commonFormat(decoder, folder, files, options);
    const memory = options.memory ?? MEMORY;
    const reader = new ImageReader(folder, files, format, { decoder, memory });
    const name = options.name ?? basename(folder);
    const dataset: Dataset = {
      name,
      length: files.length,
      shape: [format.height, format.width, format.channels],
      dtype: "uint8",
      range: [0, 255],
      readAhead: reader.ahead,
      ...facts,
      id: (index) => files[index] as string,
      ...(options.classNames && { classNames: options.classNames }),
      async read(start, end) {
        checkSpan(name, start, end, files.length);
        return reader.gather(Uint32Array.from({ length: end - start }, (_, i) => start + i));
      },
      async gather(indices) {
        for (const index of indices) checkSpan(name, index, index + 1, files.length);
        return reader.gather(indices);
      },
      close: () => decoder.close(),
    };
    return await withoutBad(dataset, reader, options);
  } catch (error) {
    await decoder.close();
    throw error;
  }
}

/** The size and channels asked for; what is not told is taken from the first image that can be read. */
async function commonFormat(
  decoder: Decoder,
  folder: string,
  files: readonly string[],
  { size, channels, fit = "cover", background = "white", skipBad }: ImageOptions,
): Promise<PixelFormat> {
  const [height, width] = size ?? [];
  const resize = height !== undefined && width !== undefined;
  if (resize && channels) return { height, width, channels, fit, background };
  const bad = new BadItems(skipBad);
  for (const [number, file] of files.entries()) {
    const [first] = await decoder.sizes(Uint32Array.of(number));
    if (first && !("found" in first)) {
      const sized = resize ? { height, width, fit } : { height: first.height, width: first.width };
      return { ...sized, channels: channels ?? first.channels, background };
    }
    if (first) bad.add(badImage(folder, file, first));
  }
  return bad.refuseEmpty(folder);
}

/** Throws the first bad item, or where they are skipped leaves them out; then every image is decoded once. */
async function withoutBad(
  dataset: Dataset,
  reader: ImageReader,
  { skipBad: skip = false, check = true }: ImageOptions,
): Promise<Dataset> {
  if (!skip && !check) return dataset;
  const bad = new BadItems(skip);
  const failures = new Map<number, BadItemError>();
  if (skip) await reader.decodeAll((index, error) => failures.set(index, error));
  else
    await reader.checkAll((_, error) => {
      throw error;
    });
  const failed = [...failures.keys()].sort((a, b) => a - b);
  for (const index of failed) bad.add(failures.get(index));
  return bad.leaveOut(dataset, failed);
}
