// The resize of both homes: closed forms, and sharp, with which training reads its images.
import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { type Fit, place } from "../../../runtime/images/place.ts";
import type { Raster } from "../../../runtime/images/raster.ts";
import { resize } from "../../../runtime/images/resize.ts";

/** Smooth colours, each channel its own, with some detail. */
function waves(width: number, height: number, alpha = 255): Raster {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = x / width;
      const v = y / height;
      data.set(
        [
          128 + 120 * Math.sin(9 * u + 4 * v),
          128 + 120 * Math.cos(7 * v - 3 * u),
          255 * u * v + 20 * Math.sin(40 * u),
          alpha === 255 ? 255 : alpha * (1 - u * v),
        ],
        (y * width + x) * 4,
      );
    }
  }
  return { width, height, data };
}

const to = (picture: Raster, width: number, height: number, fit: Fit, background = 255) =>
  resize(picture, place(picture, { width, height }, fit), { width, height }, background);

function difference(a: ArrayLike<number>, b: ArrayLike<number>): { mean: number; most: number } {
  assert.equal(a.length, b.length);
  let [sum, most] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs((a[i] as number) - (b[i] as number));
    sum += d;
    most = Math.max(most, d);
  }
  return { mean: sum / a.length, most };
}

test("a picture of the right size stays as it is, pixel by pixel", () => {
  const picture = waves(11, 7);
  const rgb = picture.data.filter((_, i) => i % 4 !== 3);
  assert.deepEqual([...to(picture, 11, 7, "cover")], [...rgb]);
});

test("one colour stays that colour, at any size", () => {
  const data = new Uint8ClampedArray(50 * 30 * 4).map((_, i) => [200, 100, 3, 255][i % 4] as number);
  for (const [width, height] of [
    [7, 9],
    [50, 200],
    [1, 1],
  ] as const) {
    const result = to({ width: 50, height: 30, data }, width, height, "stretch");
    assert.deepEqual([...new Set(result)], [200, 100, 3]);
  }
});

test("fine stripes become gray rather than a pattern of their own", () => {
  const data = new Uint8ClampedArray(120 * 120 * 4).map((_, i) => (i % 4 === 3 || (i >> 2) % 2 ? 255 : 0));
  const result = to({ width: 120, height: 120, data }, 9, 9, "stretch");
  assert.ok(result.every((value) => Math.abs(value - 127.5) <= 4));
});

test("a ramp stays a ramp when it is enlarged, pixel centres where they were", () => {
  const data = new Uint8ClampedArray(16 * 4).map((_, i) => (i % 4 === 3 ? 255 : (i >> 2) * 15));
  const wide = to({ width: 16, height: 1, data }, 48, 1, "stretch");
  for (let x = 6; x < 42; x++) {
    const position = (x + 0.5) / 3 - 0.5;
    assert.ok(Math.abs((wide[x * 3] as number) - position * 15) <= 0.5);
  }
});

test("margins and what lies under transparent pixels have the background's colour", () => {
  const clear = { width: 4, height: 2, data: new Uint8ClampedArray(32) };
  assert.deepEqual([...new Set(to(clear, 4, 4, "contain", 255))], [255]);
  const half = { width: 1, height: 1, data: Uint8ClampedArray.of(255, 0, 51, 128) };
  // 255 × (1 − 128/255) = 127 of the white; and 0, 0, 0 of the black.
  assert.deepEqual([...to(half, 1, 1, "cover", 255)], [255, 127, 153]);
  assert.deepEqual([...to(half, 1, 1, "cover", 0)], [128, 0, 26]);
  const tall = to({ width: 1, height: 2, data: new Uint8ClampedArray(8).fill(255) }, 4, 4, "contain", 0);
  assert.deepEqual(
    [...tall].map((value, i) => (i % 3 === 0 ? value : undefined)).filter((value) => value !== undefined),
    [0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255, 0],
  );
});

test("of a picture that is cut, rows that are not seen have no part in the result", () => {
  const tall = waves(8, 4000);
  const middle = { width: 8, height: 60, data: tall.data.subarray(1970 * 8 * 4, 2030 * 8 * 4) };
  // 20 rows are seen, and Lanczos reads 6 more on either side.
  assert.deepEqual(to(tall, 4, 10, "cover"), to(middle, 4, 10, "cover"));
});

const sharpFit = { cover: "cover", contain: "contain", stretch: "fill" } as const;

for (const fit of ["cover", "contain", "stretch"] as const) {
  for (const [from, size] of [
    [waves(300, 200), [64, 64]],
    [waves(97, 203), [28, 28]],
    [waves(640, 480, 255), [96, 32]],
    [waves(120, 90, 200), [33, 41]],
  ] as const) {
    const [width, height] = size;
    test(`${fit} of ${from.width}x${from.height} to ${width}x${height} looks as sharp's`, async () => {
      const { data } = await sharp(from.data, {
        raw: { width: from.width, height: from.height, channels: 4 },
      })
        .resize({ width, height, fit: sharpFit[fit], background: "white" })
        .flatten({ background: "white" })
        .raw()
        .toBuffer({ resolveWithObject: true });
      const { mean, most } = difference(to(from, width, height, fit), data);
      assert.ok(mean < 1 && most < 24, `${mean} on average, ${most} at most`);
    });
  }
}
