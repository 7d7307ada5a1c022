// Images of 2×2 bytes for the tiny autoencoder, and what it makes of them, worked out in one's head.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { idxOfBytes } from "./idx-files.ts";

/** The four pixels of image `i`; images differ from their neighbours. */
export function tinyPixels(i: number): readonly number[] {
  return [i % 256, (i * 7) % 256, (i * 31 + 5) % 256, (i * 101) % 256];
}

/** Label of image `i`: 0, 1 or 2. */
export const tinyLabel = (i: number): number => i % 3;

/** The code of image `i`: means of the upper and lower two pixels in [0, 1]. */
export function tinyCode(i: number): readonly [number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = tinyPixels(i);
  return [(a + b) / 510, (c + d) / 510];
}

/** The mean squared error of image `i`: both pixels of a row are as far from their mean. */
export function tinyError(i: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = tinyPixels(i);
  return (((a - b) / 510) ** 2 + ((c - d) / 510) ** 2) / 2;
}

/** Writes `count` images and their labels as IDX files; returns the path of the images. */
export async function writeTinyImages(folder: string, count: number): Promise<string> {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const images = join(folder, "tiny-images-idx3-ubyte");
  await writeFile(images, idxOfBytes([count, 2, 2], numbers.flatMap(tinyPixels)));
  await writeFile(join(folder, "tiny-labels-idx1-ubyte"), idxOfBytes([count], numbers.map(tinyLabel)));
  return images;
}
