// Makes a folder of small images, a class per subfolder, for measuring how fast they are read.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { seededRandom } from "../../data/index.ts";

const CLASSES = 10;
/** Images being encoded at a time. */
const UNDER_WAY = 32;

/** Writes `count` gray PNGs of `side` × `side` pixels: noise over a slope, so that they do not compress to nothing. */
export async function writePngFolder(folder: string, count: number, side: number): Promise<void> {
  const random = seededRandom(1);
  for (let n = 0; n < CLASSES; n++) await mkdir(join(folder, String(n)), { recursive: true });
  for (let from = 0; from < count; from += UNDER_WAY) {
    const numbers = Array.from({ length: Math.min(UNDER_WAY, count - from) }, (_, i) => from + i);
    await Promise.all(
      numbers.map(async (n) => {
        const slope = n % side;
        const pixels = Uint8Array.from(
          { length: side * side },
          (_, at) => slope * 4 + (at % side) + 60 * random(),
        );
        const png = await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
          .toColourspace("b-w")
          .png()
          .toBuffer();
        await writeFile(join(folder, String(n % CLASSES), `${n}.png`), png);
      }),
    );
  }
}
