// Pictures in a page, read back by sharp.
import assert from "node:assert/strict";
import test from "node:test";
import sharp from "sharp";
import { dataUrl, natural, paint, sheet, signed } from "../../../train/report/pixels.ts";

async function decode(url: string) {
  const [, base64 = ""] = url.split("base64,");
  return sharp(Buffer.from(base64, "base64")).raw().toBuffer({ resolveWithObject: true });
}

test("gray, colour and signed values become pixels, clipped where they leave the range", () => {
  assert.deepEqual(
    [...paint([0, 0.5, 2], [1, 3, 1], natural).bytes],
    [0, 0, 0, 128, 128, 128, 255, 255, 255],
  );
  assert.deepEqual([...paint([1, 0.2, 0], [1, 1, 3], natural).bytes], [255, 51, 0]);
  assert.deepEqual(
    [...paint([0, 1, -1, 0.2], [1, 4, 1], signed).bytes],
    [...[255, 255, 255], ...[255, 0, 0], ...[0, 0, 255], ...[255, 204, 204]],
  );
});

test("a sheet has pictures beside and below one another, white between them, and survives as a PNG", async () => {
  const dot = (level: number) => paint([level], [1, 1, 1], natural);
  const { data, info } = await decode(await dataUrl(sheet([dot(0), dot(0.2), dot(0.4)], 2)));
  assert.deepEqual([info.width, info.height], [3, 3]);
  const gray = Array.from({ length: 9 }, (_, i) => data[i * info.channels]);
  assert.deepEqual(gray, [0, 255, 51, 255, 255, 255, 102, 255, 255]);
});
