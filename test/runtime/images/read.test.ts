// Pictures become the values that a model's input spec asks for; what cannot be one is refused by name.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { readPictures } from "../../../runtime/images/read.ts";
import type { Images, InputSpec } from "../../../runtime/index.ts";
import { decodePicture } from "../../../runtime/node/picture.ts";
import { png } from "../../helpers/png.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const options = { fit: "cover", background: "white", decode: decodePicture } as const;
const spec = (changes: Partial<InputSpec>): InputSpec => ({
  shape: [1, 2, 3],
  dtype: "uint8",
  range: [0, 255],
  layout: "HWC",
  ...changes,
});
const read = (given: unknown, input: InputSpec) => readPictures(given as Images, input, options);

/** Red-ish, then gray. */
const two = { width: 2, height: 1, data: Uint8ClampedArray.of(255, 0, 51, 255, 100, 100, 100, 255) };

test("layouts: interleaved, planar, and flat where the length tells the size", async () => {
  assert.deepEqual(await read(two, spec({})), Uint8Array.of(255, 0, 51, 100, 100, 100));
  assert.deepEqual(
    await read(two, spec({ shape: [3, 1, 2], layout: "CHW" })),
    Uint8Array.of(255, 100, 0, 100, 51, 100),
  );
  const square = {
    width: 2,
    height: 2,
    data: Uint8ClampedArray.from({ length: 16 }, (_, i) => (i % 4 === 3 ? 255 : i)),
  };
  assert.deepEqual(
    await read(square, spec({ shape: [12], layout: "flat" })),
    Uint8Array.of(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14),
  );
  const grays = {
    ...square,
    data: Uint8ClampedArray.from({ length: 16 }, (_, i) => (i % 4 === 3 ? 255 : i >> 2)),
  };
  assert.deepEqual(await read(grays, spec({ shape: [4], layout: "flat" })), Uint8Array.of(0, 1, 2, 3));
  await assert.rejects(
    Promise.resolve().then(() => read(two, spec({ shape: [10], layout: "flat" }))),
    {
      name: "InputError",
      message: "images holds a picture; expected raw values of shape [10] (flat)",
    },
  );
});

test("floats span the input's range", async () => {
  const float = spec({ dtype: "float32", range: [-1, 1] });
  assert.deepEqual(
    await read(two, float),
    Float32Array.of(1, -1, -0.6, ...new Array(3).fill((100 / 255) * 2 - 1)),
  );
});

test("gray is sharp's, which training reads with", async () => {
  const width = 500;
  const data = Uint8ClampedArray.from({ length: width * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (i * i * 13) % 256,
  );
  const found = await read({ width, height: 1, data }, spec({ shape: [1, width, 1] }));
  const wanted = await sharp(data, { raw: { width, height: 1, channels: 4 } })
    .removeAlpha()
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  assert.ok(found instanceof Uint8Array && wanted.length === width);
  found.forEach((value, i) => {
    assert.ok(Math.abs(value - (wanted[i] as number)) <= 1, `${value} for ${wanted[i]}`);
  });
});

test("in Node: paths, buffers and blobs of image files, upright; plain bytes stay raw values", async (t) => {
  const file = png({ width: 2, height: 1, kind: "rgb" }, [255, 0, 51, 100, 100, 100]);
  const path = join(await temporaryFolder(t), "two.png");
  await writeFile(path, file);
  const values = Uint8Array.of(255, 0, 51, 100, 100, 100);
  for (const given of [path, file, new Blob([new Uint8Array(file)])])
    assert.deepEqual(await read(given, spec({})), values);
  for (const raw of [values, Buffer.from(values), new Uint8Array(file), { data: values, shape: [1, 2, 3] }]) {
    assert.equal(read(raw, spec({})), undefined);
  }
  // Turned by a quarter: what is stored as 1 x 2 is seen as 2 x 1.
  const turned = await sharp(file).rotate(-90).withMetadata({ orientation: 6 }).png().toBuffer();
  assert.deepEqual(await read(turned, spec({})), values);
});

test("arrays hold pictures and values, in order", async () => {
  const values = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const joined = await read([two, values, { data: new Uint8Array(12), shape: [2, 1, 2, 3] }], spec({}));
  assert.deepEqual(joined, Uint8Array.of(255, 0, 51, 100, 100, 100, ...values, ...new Uint8Array(12)));
  assert.deepEqual(await read([], spec({})), new Uint8Array(0));
});

test("what is no picture, or not a whole one, is refused by its place", async () => {
  const refused = (given: unknown, message: string | RegExp) =>
    assert.rejects(
      Promise.resolve().then(() => read(given, spec({}))),
      { name: "InputError", message },
    );
  const wanted =
    "expected Uint8Array, Uint8ClampedArray or { data, shape } with raw values from 0 to 255, or a picture";
  await refused([two, 5], `images[1] is 5; ${wanted}`);
  await refused([new Float32Array(6)], `images[0] is a Float32Array; ${wanted}`);
  await refused(
    [new Uint8Array(5)],
    "images[0] holds 5 values; expected a multiple of 6, as one item is [1,2,3]",
  );
  await refused(
    [{ data: new Uint8Array(6), shape: [2, 1, 3] }],
    "images[0] has shape [2,1,3] for 6 values; expected [1,1,2,3]",
  );
  await refused(
    { width: 3, height: 1, data: new Uint8Array(8) },
    "images is a picture of 3 x 1 pixels with 8 bytes; expected red, green, blue and alpha of each pixel",
  );
  await refused(
    "no/such.png",
    /^images \(no\/such\.png\) cannot be decoded \(.+\); expected a whole image file$/,
  );
  await refused(
    `data:image/png;base64,${"A".repeat(10_000)}`,
    /^images \(data:image\/png;base64,A{58}…\) cannot be decoded \(.{1,81}\); expected a whole image file$/,
  );
  const whole = await sharp({ create: { width: 40, height: 40, channels: 3, background: "red" } })
    .png()
    .toBuffer();
  await refused(
    [two, whole.subarray(0, 60)],
    /^images\[1\] cannot be decoded \(.+\); expected a whole image file$/,
  );
  await refused(new Blob(["text"]), /^images cannot be decoded/);
});
