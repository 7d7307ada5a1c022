// Decodes what pages have: files, elements that show a picture, bitmaps and frames.
import { InputError, reasonOf } from "../errors.ts";
import type { Raster } from "../images/raster.ts";

/** Pixels as they are in the file: turned upright, neither multiplied by alpha nor moved to another colour space. */
const asStored: ImageBitmapOptions = {
  premultiplyAlpha: "none",
  colorSpaceConversion: "none",
  imageOrientation: "from-image",
};

/**
 * A canvas multiplies colours by alpha, and in bytes loses some of them; where a browser does not know `colorType` yet,
 * half-transparent pixels are one of 255 off now and then.
 */
const canvasSettings = { willReadFrequently: true, colorType: "float16" };

type Context = OffscreenCanvasRenderingContext2D;

/** What `createImageBitmap` takes, as such things name themselves: subclasses of theirs count. */
const drawable = /(Image|Video|Canvas)Element$|^(Blob|File|OffscreenCanvas|ImageBitmap|VideoFrame)$/;

/** Undefined where `createImageBitmap` does not take it. */
export function decodePicture(given: unknown, what: string): Promise<Raster> | undefined {
  const name = String(Object(given)[Symbol.toStringTag]);
  return drawable.test(name) ? decode(given as ImageBitmapSource, name, what) : undefined;
}

async function decode(given: ImageBitmapSource, name: string, what: string): Promise<Raster> {
  try {
    if (name === "HTMLImageElement") await (given as HTMLImageElement).decode();
    const bitmap = await createImageBitmap(given, asStored);
    const { width, height } = bitmap;
    // A canvas that has no context yet gives one.
    const context = new OffscreenCanvas(width, height).getContext("2d", canvasSettings) as Context;
    context.drawImage(bitmap, 0, 0);
    bitmap.close();
    return context.getImageData(0, 0, width, height);
  } catch (error) {
    throw new InputError(
      `${what} is a ${name} that cannot be decoded (${reasonOf(error)}); ` +
        "expected a whole picture of this page's own, or served with CORS headers",
    );
  }
}
