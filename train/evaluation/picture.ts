// A picture of originals over their reconstructions.
import sharp from "sharp";

export interface PictureOptions {
  /** Height, width and channels (1 or 3) of one image. */
  readonly shape: readonly [number, number, number];
  /** Images in the row; 12 unless told. */
  readonly columns?: number;
  /** Pixels of the picture per pixel of an image; 3 unless told. */
  readonly zoom?: number;
}

const GAP = 2;

/**
 * A PNG with the first originals in one row and their reconstructions below.
 *
 * @param originals bytes 0 to 255, image after image, channels last
 * @param reconstructions the same in [0, 1]
 */
export async function reconstructionPicture(
  originals: Uint8Array,
  reconstructions: Float32Array,
  { shape, columns = 12, zoom = 3 }: PictureOptions,
): Promise<Buffer> {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const shown = Math.min(columns, Math.floor(originals.length / size));
  const stride = width + GAP;
  const sheet = { width: shown * stride + GAP, height: 2 * (height + GAP) + GAP };
  const pixels = new Uint8Array(sheet.width * sheet.height * channels).fill(96);
  const paint = (row: number, column: number, pixel: (i: number) => number) => {
    for (let i = 0; i < size; i++) {
      const x = Math.floor(i / channels) % width;
      const y = Math.floor(i / channels / width);
      const left = GAP + column * stride + x;
      const top = GAP + row * (height + GAP) + y;
      pixels[(top * sheet.width + left) * channels + (i % channels)] = pixel(i);
    }
  };
  for (let n = 0; n < shown; n++) {
    paint(0, n, (i) => originals[n * size + i] as number);
    paint(1, n, (i) => Math.round(255 * Math.min(1, Math.max(0, reconstructions[n * size + i] as number))));
  }
  const raw = { ...sheet, channels: channels as 1 | 3 };
  return sharp(pixels, { raw })
    .resize(sheet.width * zoom, sheet.height * zoom, { kernel: "nearest" })
    .png()
    .toBuffer();
}
