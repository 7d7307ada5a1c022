// A small set of images with structure, as IDX files on disk.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { idxOfBytes } from "./idx-files.ts";
import { random } from "./kernels.ts";

export const SIDE = 8;

/** Writes `count` images of a bright bar somewhere on a dark ground; returns the path of the images file. */
export async function writeSmallImages(folder: string, count = 200): Promise<string> {
  const next = random(11);
  const pixels: number[] = [];
  for (let n = 0; n < count; n++) {
    const at = Math.floor(next() * SIDE);
    const upright = n % 2 === 0;
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++)
        pixels.push((upright ? x : y) === at ? 200 + Math.floor(next() * 55) : 10);
    }
  }
  const path = join(folder, "small-images-idx3-ubyte");
  await writeFile(path, idxOfBytes([count, SIDE, SIDE], pixels));
  return path;
}
