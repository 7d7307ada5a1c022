// Decodes one image to the bytes of an item: plain small PNG files here, all others by sharp in libuv's thread pool.
import { extname } from "node:path";
import type { Sharp, SharpOptions } from "sharp";
import { FirstBytes } from "./first-bytes.ts";
import { decodePlainPng, plainPngSize, SMALL } from "./plain-png.ts";

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

/** Why an image cannot be used, in the words of a `BadItemError`. */
export interface Flaw {
  readonly found: string;
  readonly wanted: string;
}

/** Truncated files are errors, not gray areas; only the first picture of an animation is read. */
const strict: SharpOptions = { failOn: "warning", pages: 1 };

/** Where a PNG file's pixels have begun in most cases. */
const HEAD = 1 << 10;

const files = new FirstBytes();

/** An image as the path of its file, or as the file's bytes. */
export type ImageInput = string | Buffer;

/** Reads only the header: the size as it is to be seen (EXIF orientation applied). */
export async function imageSize(input: ImageInput): Promise<ImageSize | Flaw> {
  const plain = await ofPng(input, HEAD, plainPngSize);
  if (plain) return plain;
  const image = await openWithSharp(input);
  try {
    const { autoOrient, channels } = await image.metadata();
    return { ...autoOrient, channels: channels <= 2 ? 1 : 3 };
  } catch (error) {
    return unreadable(error);
  }
}

/** Writes `height × width × channels` bytes, row by row, to `out`; nothing where there is a flaw, which it returns. */
export async function decodeImage(
  input: ImageInput,
  format: PixelFormat,
  out: Uint8Array,
): Promise<Flaw | undefined> {
  const { height, width, channels, fit, background } = format;
  const done = await ofPng(
    input,
    SMALL + 1,
    (bytes) => bytes.length <= SMALL && placePlainPng(bytes, format, out),
  );
  if (done) return undefined;
  const upright = (await openWithSharp(input)).autoOrient();
  const sized = fit ? upright.resize({ height, width, fit, background }) : upright;
  try {
    const { data, info } = await sized
      .flatten({ background })
      .toColourspace(channels === 1 ? "b-w" : "srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const flaw = checkSize(info, format);
    if (!flaw) out.set(data);
    return flaw;
  } catch (error) {
    return unreadable(error);
  }
}

/** The flaw of an image that is not resized and has another size than the set. */
export function checkSize(
  { height, width }: Pick<ImageSize, "height" | "width">,
  wanted: PixelFormat,
): Flaw | undefined {
  if (wanted.fit || (height === wanted.height && width === wanted.width)) return undefined;
  const size = `${wanted.height}x${wanted.width}`;
  return {
    found: `is ${height}x${width} pixels (height x width)`,
    wanted: `${size}, as the first image; size=${size} would resize`,
  };
}

/** What `use` makes of a PNG file's first bytes; undefined for other files and those that cannot be read. */
async function ofPng<T>(
  input: ImageInput,
  length: number,
  use: (bytes: Buffer) => T,
): Promise<T | undefined> {
  if (typeof input !== "string") return use(input.subarray(0, length));
  if (extname(input).toLowerCase() !== ".png") return undefined;
  return files.read(input, length, use).catch((error: NodeJS.ErrnoException) => {
    // Sharp will say why, in the same words for all kinds of files.
    if (error.syscall) return undefined;
    throw error;
  });
}

/** Whether the file was plain and could be used as it is: neither resized nor made gray. */
function placePlainPng(bytes: Buffer, { height, width, channels }: PixelFormat, out: Uint8Array): boolean {
  const image = decodePlainPng(bytes);
  if (image?.height !== height || image.width !== width || image.channels > channels) return false;
  if (image.channels === channels) out.set(image.pixels);
  else for (let at = 0; at < out.length; at++) out[at] = image.pixels[Math.floor(at / 3)] as number;
  return true;
}

/** Sharp is loaded when the first file asks for it. */
async function openWithSharp(input: ImageInput): Promise<Sharp> {
  const { default: sharp } = await import("sharp");
  return sharp(input, strict);
}

function unreadable(error: unknown): Flaw {
  const why = error instanceof Error ? error.message.split("\n")[0]?.replace(/[\s:]+$/, "") : String(error);
  return { found: `cannot be read (${why})`, wanted: "a whole image file" };
}
