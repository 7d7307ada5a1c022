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
  const { width, height, data } = Object(given);
  return width !== undefined && height !== undefined && suits("uint8", data);
}
