// A decoded picture, as every home brings it: an `ImageData` is one.
import { suits } from "../arrays.ts";

export interface Raster {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Row by row, red, green, blue and alpha of each pixel; colours are not multiplied by alpha. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Whether this has the form of a raster; it need not be whole. */
export function isRaster(given: unknown): given is Raster {
  if (typeof given !== "object" || given === null || !("data" in given)) return false;
  return "width" in given && "height" in given && suits("uint8", given.data);
}
