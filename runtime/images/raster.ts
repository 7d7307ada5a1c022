// A decoded picture, as every home brings it: an `ImageData` is one.
export interface Raster {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Row by row, red, green, blue and alpha of each pixel; colours are not multiplied by alpha. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Whether this has the form of a raster; it need not be whole. */
export function isRaster(given: object): given is Raster {
  return (
    "width" in given &&
    "height" in given &&
    "data" in given &&
    (given.data instanceof Uint8Array || given.data instanceof Uint8ClampedArray)
  );
}
