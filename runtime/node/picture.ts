// Decodes what Node apps have: image files by their path, their bytes or as a Blob. sharp works off the main thread.
import type { SharpInput } from "sharp";
import { InputError, reasonOf } from "../errors.ts";
import type { Raster } from "../images/raster.ts";

/** How image files begin, in hexadecimal: PNG, JPEG, GIF, TIFF (either byte order), and WebP's container. */
const signatures = /^(89504e470d0a1a0a|ffd8ff|47494638|49492a00|4d4d002a|52494646.{8}57454250)/;
/** AVIF and HEIF: a box `ftyp` of one of their brands. */
const isoBrands = /^.{8}66747970(61766966|61766973|68656963|6d696631)/;

/**
 * A text is the path of an image file. A `Buffer` is an image file where it begins as one does, else raw values, as
 * every other typed array is. Undefined for anything else.
 */
export function decodePicture(given: unknown, what: string): Promise<Raster> | undefined {
  if (typeof given === "string") return decode(given, `${what} (${shortened(given)})`);
  if (given instanceof Blob) return given.arrayBuffer().then((bytes) => decode(Buffer.from(bytes), what));
  if (Buffer.isBuffer(given) && isImageFile(given)) return decode(given, what);
  return undefined;
}

function isImageFile(bytes: Buffer): boolean {
  const start = bytes.toString("hex", 0, 12);
  return signatures.test(start) || isoBrands.test(start);
}

async function decode(input: SharpInput, what: string): Promise<Raster> {
  const { default: sharp } = await import("sharp");
  try {
    // As browsers are asked to: upright, colours as stored. Truncated files are errors; of an animation, one picture.
    const { data, info } = await sharp(input, { failOn: "warning", pages: 1, ignoreIcc: true })
      .autoOrient()
      .toColourspace("srgb")
      .ensureAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    const [reason = ""] = reasonOf(error).split("\n");
    throw new InputError(`${what} cannot be decoded (${shortened(reason)}); expected a whole image file`);
  }
}

/** Not every text is a path: a picture in base64 would fill the screen. */
function shortened(text: string): string {
  return text.length > 500 ? `${text.slice(0, 80)}…` : text;
}
