// Decodes one image to the bytes of an item. The work is done by sharp in libuv's thread pool.
import { join } from "node:path";
import type { Sharp, SharpOptions } from "sharp";
import { BadItemError } from "../errors.ts";

export type SharpFunction = (path: string, options: SharpOptions) => Sharp;

/** What every image of a set is made into. */
export interface PixelFormat {
  readonly height: number;
  readonly width: number;
  /** 1: gray, 3: RGB. */
  readonly channels: 1 | 3;
  /** How to bring images to this size; without it they must have it. */
  readonly fit?: "cover" | "contain" | "fill";
  /** What is put under transparent pixels and beside an image that is contained. */
  readonly background: "white" | "black";
}

export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** Truncated files are errors, not gray areas; only the first picture of an animation is read. */
const strict: SharpOptions = { failOn: "warning", pages: 1 };

/** Reads only the header: the size as it is to be seen (EXIF orientation applied). Throws `BadItemError`. */
export async function imageSize(sharp: SharpFunction, folder: string, file: string): Promise<ImageSize> {
  const { autoOrient, channels } = await sharp(join(folder, file), strict)
    .metadata()
    .catch((error: Error) => unreadable(folder, file, error));
  return { ...autoOrient, channels: channels <= 2 ? 1 : 3 };
}

/** `height × width × channels` bytes, row by row. Throws `BadItemError`. */
export async function decodeImage(
  sharp: SharpFunction,
  folder: string,
  file: string,
  format: PixelFormat,
): Promise<Uint8Array> {
  const { height, width, channels, fit, background } = format;
  const upright = sharp(join(folder, file), strict).autoOrient();
  const sized = fit ? upright.resize({ height, width, fit, background }) : upright;
  const { data, info } = await sized
    .flatten({ background })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => unreadable(folder, file, error));
  checkSize(folder, file, info, format);
  return data;
}

/** Throws `BadItemError` where an image that is not resized has another size than the set. */
export function checkSize(
  folder: string,
  file: string,
  { height, width }: Pick<ImageSize, "height" | "width">,
  wanted: PixelFormat,
): void {
  if (wanted.fit || (height === wanted.height && width === wanted.width)) return;
  const found = `is ${height}x${width} pixels (height x width)`;
  const size = `${wanted.height}x${wanted.width}`;
  throw new BadItemError(
    join(folder, file),
    file,
    found,
    `${size}, as the first image; size=${size} would resize`,
  );
}

function unreadable(folder: string, file: string, error: Error): never {
  const why = error.message.split("\n")[0]?.replace(/[\s:]+$/, "");
  throw new BadItemError(join(folder, file), file, `cannot be read (${why})`, "a whole image file");
}
