// Opens folders of images: a class per folder, every image brought to one size and number of channels.
import { basename } from "node:path";
import { forEachBounded } from "../bounded.ts";
import type { Dataset } from "../dataset.ts";
import { checkSpan } from "../memory.ts";
import {
  type CommonOptions,
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
import { PixelCache } from "./cache.ts";
import { checkSize, decodeImage, imageSize, type PixelFormat, type SharpFunction } from "./decode.ts";
import { findImages } from "./folder.ts";

export interface ImageOptions extends CommonOptions, SkipOptions {
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

const kinds: OptionKinds<ImageOptions> = {
  ...commonKinds,
  ...skipKinds,
  size: dimensions("height x width, such as 64x64", 2),
  fit: choice("cover", "contain", "fill"),
  channels: choice(1, 3),
  background: choice("white", "black"),
  memory: wholeNumber(0),
};

/** Images under way at a time. libuv runs four of them; the others wait there, so that a busy thread starves none. */
const UNDER_WAY = 64;

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
  const options = readOptions(folder, kinds, given);
  const { files, ...classes } = await findImages(folder);
  const { default: sharp } = await import("sharp");
  const bad = new BadItems(options.skipBad);
  const format = await commonFormat(sharp, folder, files, options);
  const { height, width, channels } = format;
  const size = height * width * channels;
  const file = (index: number) => files[index] as string;
  const cache = new PixelCache(files.length, size, options.memory ?? MEMORY);

  const pixels = async (index: number): Promise<Uint8Array> => {
    const kept = cache.get(index);
    if (kept) return kept;
    const decoded = await decodeImage(sharp, folder, file(index), format);
    cache.set(index, decoded);
    return decoded;
  };
  const gather = async (indices: Uint32Array) => {
    const out = new Uint8Array(indices.length * size);
    await forEachBounded(indices.length, UNDER_WAY, async (position) => {
      out.set(await pixels(indices[position] as number), position * size);
    });
    return out;
  };
  const name = options.name ?? basename(folder);
  const dataset: Dataset = {
    name,
    length: files.length,
    shape: [height, width, channels],
    dtype: "uint8",
    range: [0, 255],
    ...classes,
    ...(options.classNames && { classNames: options.classNames }),
    async read(start, end) {
      checkSpan(name, start, end, files.length);
      return gather(Uint32Array.from({ length: end - start }, (_, i) => start + i));
    },
    async gather(indices) {
      for (const index of indices) checkSpan(name, index, index + 1, files.length);
      return gather(indices);
    },
  };
  const failed = await checkAll(files.length, bad, options.skipBad === true, async (index) => {
    if (options.skipBad) await pixels(index);
    else checkSize(folder, file(index), await imageSize(sharp, folder, file(index)), format);
  });
  return bad.leaveOut(dataset, failed);
}

/** The size and channels asked for; what is not told is taken from the first image that can be read. */
async function commonFormat(
  sharp: SharpFunction,
  folder: string,
  files: readonly string[],
  { size, channels, fit = "cover", background = "white", skipBad }: ImageOptions,
): Promise<PixelFormat> {
  const [height, width] = size ?? [];
  const resize = height !== undefined && width !== undefined;
  if (resize && channels) return { height, width, channels, fit, background };
  const bad = new BadItems(skipBad);
  for (const file of files) {
    try {
      const first = await imageSize(sharp, folder, file);
      const sized = resize ? { height, width, fit } : { height: first.height, width: first.width };
      return { ...sized, channels: channels ?? first.channels, background };
    } catch (error) {
      bad.add(error);
    }
  }
  return bad.refuseEmpty(folder);
}

/** Numbers of the items that fail; what they throw goes to `bad`, in order of the items. */
async function checkAll(
  count: number,
  bad: BadItems,
  skip: boolean,
  check: (index: number) => Promise<void>,
): Promise<number[]> {
  const failures = new Map<number, unknown>();
  await forEachBounded(count, UNDER_WAY, async (index) => {
    try {
      await check(index);
    } catch (error) {
      if (!skip) throw error;
      failures.set(index, error);
    }
  });
  const failed = [...failures.keys()].sort((a, b) => a - b);
  for (const index of failed) bad.add(failures.get(index));
  return failed;
}
