// The picture that a model's input is, and how its pixels become the input's values.
import { arrayOf } from "../arrays.ts";
import { InputError } from "../errors.ts";
import type { InputSpec } from "../manifest.ts";
import type { Size } from "./place.ts";

export interface ModelPicture extends Size {
  /** 1: gray, 3: red, green, blue. */
  readonly channels: 1 | 3;
  /** Whether each channel is a picture of its own, one after the other. */
  readonly planar: boolean;
}

/**
 * HWC and CHW say it themselves; a flat input of n values is a square picture, gray where n is a square number and
 * RGB where n / 3 is. Throws `InputError` where the input is no picture.
 */
export function modelPicture({ shape, layout }: InputSpec): ModelPicture {
  const [a = 0, b = 0, c = 1] = shape;
  if (layout === "flat" && shape.length === 1) {
    for (const channels of [1, 3] as const) {
      const side = Math.sqrt(a / channels);
      if (Number.isInteger(side)) return { width: side, height: side, channels, planar: false };
    }
  } else if (layout !== "flat" && (shape.length === 2 || shape.length === 3)) {
    const planar = layout === "CHW" && shape.length === 3;
    const [height, width, channels] = planar ? [b, c, a] : [a, b, c];
    if (channels === 1 || channels === 3) return { width, height, channels, planar };
  }
  throw new InputError(`images holds a picture; expected raw values of shape [${shape}] (${layout})`);
}

/** Values of one item from `height × width × 3` pixels, 0 and 255 becoming the ends of the input's range. */
export function toValues(
  pixels: Uint8ClampedArray,
  { width, height, channels, planar }: ModelPicture,
  { dtype, range: [low, high] }: InputSpec,
): Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> {
  const area = width * height;
  const values = new (arrayOf(dtype))(area * channels);
  const scale = (high - low) / 255;
  for (let pixel = 0; pixel < area; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      const value = channels === 1 ? gray(pixels, pixel) : (pixels[pixel * 3 + channel] as number);
      const scaled = low + value * scale;
      values[planar ? channel * area + pixel : pixel * channels + channel] =
        dtype === "uint8" ? Math.round(scaled) : scaled;
    }
  }
  return values;
}

/** Light of each value of sRGB (IEC 61966-2-1). */
const light = Float64Array.from({ length: 256 }, (_, value) => {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

/** The gray of the same luminance (Rec. 709), as libvips has it, with which sharp reads training images. */
function gray(pixels: Uint8ClampedArray, pixel: number): number {
  const at = pixel * 3;
  const red = pixels[at] as number;
  const green = pixels[at + 1] as number;
  const blue = pixels[at + 2] as number;
  if (red === green && green === blue) return red;
  const y =
    0.2126 * (light[red] as number) + 0.7152 * (light[green] as number) + 0.0722 * (light[blue] as number);
  return Math.round(255 * (y <= 0.0031308 ? 12.92 * y : 1.055 * y ** (1 / 2.4) - 0.055));
}
