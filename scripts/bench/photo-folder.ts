// Makes a folder of pictures of the size and kind that cameras and the web have, for measuring how fast they are decoded.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

export const PHOTO_WIDTH = 640;
export const PHOTO_HEIGHT = 480;

/** Writes `count` JPEGs in colour, of about 50 kB each: waves with some noise on them. */
export async function writePhotoFolder(folder: string, count: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const row = PHOTO_WIDTH * 3;
  for (let n = 0; n < count; n++) {
    const pixels = Uint8Array.from({ length: row * PHOTO_HEIGHT }, (_, i) => {
      const noise = ((i * 2654435761 + n) >>> 26) / 2;
      return 128 + 60 * Math.sin((i % row) / 97 + n) + 40 * Math.sin(i / row / 31) + noise;
    });
    const raw = { width: PHOTO_WIDTH, height: PHOTO_HEIGHT, channels: 3 } as const;
    await writeFile(join(folder, `${n}.jpg`), await sharp(pixels, { raw }).jpeg({ quality: 85 }).toBuffer());
  }
}
