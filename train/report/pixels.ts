// Values turned into pixels, and pixels into pictures inside a page.
import sharp from "sharp";
import { type Html, html } from "./html.ts";

/** RGB, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** The colour of a pixel from its channels. */
export type Colouring = (channels: readonly number[]) => readonly [number, number, number];

/** Of values in [0, 1]: RGB as it is, gray else. */
export const natural: Colouring = (channels) => {
  const [r = 0, g = 0, b = 0] = channels;
  if (channels.length >= 3 && channels.length <= 4) return [255 * r, 255 * g, 255 * b];
  const mean = channels.reduce((sum, value) => sum + value, 0) / channels.length;
  return [255 * mean, 255 * mean, 255 * mean];
};

/** Of values in [-1, 1]: white for 0, red above, blue below. */
export const signed: Colouring = (channels) => {
  const mean = channels.reduce((sum, value) => sum + value, 0) / channels.length;
  const rest = 255 * (1 - Math.min(1, Math.abs(mean)));
  return mean > 0 ? [255, rest, rest] : [rest, rest, 255];
};

/** @param values height × width × channels, channels last */
export function paint(
  values: ArrayLike<number>,
  [height, width, channels]: PictureShape,
  colour: Colouring,
): Pixels {
  const bytes = new Uint8ClampedArray(height * width * 3);
  for (let i = 0; i < height * width; i++) {
    const one = Array.from({ length: channels }, (_, c) => values[i * channels + c] as number);
    bytes.set(colour(one), 3 * i);
  }
  return { width, height, bytes: new Uint8Array(bytes.buffer) };
}

/** Height, width, channels. */
export type PictureShape = readonly [number, number, number];

/** Pictures of one size beside one another, `columns` in a row. */
export function sheet(pictures: readonly Pixels[], columns: number, gap = 1): Pixels {
  const { width = 0, height = 0 } = pictures[0] ?? {};
  const rows = Math.ceil(pictures.length / columns);
  const across = Math.min(columns, pictures.length);
  const whole = { width: across * (width + gap) - gap, height: rows * (height + gap) - gap };
  const bytes = new Uint8Array(whole.width * whole.height * 3).fill(255);
  pictures.forEach((picture, n) => {
    const left = (n % columns) * (width + gap);
    const top = Math.floor(n / columns) * (height + gap);
    for (let y = 0; y < height; y++) {
      const line = picture.bytes.subarray(y * width * 3, (y + 1) * width * 3);
      bytes.set(line, ((top + y) * whole.width + left) * 3);
    }
  });
  return { ...whole, bytes };
}

/** A PNG as an address that holds it. */
export async function dataUrl({ width, height, bytes }: Pixels): Promise<string> {
  const png = await sharp(bytes, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  return `data:image/png;base64,${png.toString("base64")}`;
}

/** A picture `zoom` times as large, its pixels sharp. */
export async function image(pixels: Pixels, zoom: number, description: string): Promise<Html> {
  const [width, height] = [pixels.width * zoom, pixels.height * zoom];
  return html`<img src="${await dataUrl(pixels)}" width="${width}" height="${height}" alt="${description}">`;
}
