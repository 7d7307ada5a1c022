// Plain PNG files: the same pixels as sharp's, and nothing of files that are damaged or not plain.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { decodePlainPng, plainPngSize } from "../../../data/images/plain-png.ts";
import { chunk, png } from "../../helpers/png.ts";

const sample = [7, 0, 255, 3, 90, 91, 200, 128, 64, 1, 2, 3];
const gray = png({ width: 4, height: 3, kind: "gray" }, sample);

/** The file with these chunks in front of the first one of that name. */
function withChunks(file: Buffer, name: string, ...chunks: readonly Buffer[]): Buffer {
  const at = file.indexOf(name) - 4;
  return Buffer.concat([file.subarray(0, at), ...chunks, file.subarray(at)]);
}

/** A gray file of 4 × 3 whose IDAT chunks hold this. */
function ofStream(...parts: readonly Buffer[]): Buffer {
  const idat = gray.subarray(gray.indexOf("IDAT") - 4, gray.indexOf("IEND") - 4);
  const [before, after] = [gray.subarray(0, gray.indexOf(idat)), gray.subarray(gray.indexOf("IEND") - 4)];
  return Buffer.concat([before, ...parts.map((part) => chunk("IDAT", part)), after]);
}

/** Filters each row with its own filter, as an encoder does: what is predicted is taken from each byte. */
function filterRows(pixels: Uint8Array, rowBytes: number, step: number, filters: readonly number[]): Buffer {
  const at = (y: number, x: number) => (y < 0 || x < 0 ? 0 : (pixels[y * rowBytes + x] as number));
  const rows = filters.map((filter, y) => {
    const row = Array.from({ length: rowBytes }, (_, x) => {
      const [a, b, c] = [at(y, x - step), at(y - 1, x), x < step ? 0 : at(y - 1, x - step)];
      const p = a + b - c;
      const nearest = [a, b, c].reduce((best, each) =>
        Math.abs(p - each) < Math.abs(p - best) ? each : best,
      );
      return at(y, x) - ([0, a, b, Math.floor((a + b) / 2), nearest][filter] as number);
    });
    return Buffer.from([filter, ...row]);
  });
  return Buffer.concat(rows);
}

test("all filters, gray and RGB, give the pixels that were encoded", () => {
  const picture = fc
    .record({
      channels: fc.constantFrom(1, 3),
      width: fc.integer({ min: 1, max: 9 }),
      height: fc.integer({ min: 1, max: 9 }),
    })
    .chain(({ channels, width, height }) => {
      const length = channels * width * height;
      return fc.record({
        ...{ channels: fc.constant(channels), width: fc.constant(width), height: fc.constant(height) },
        pixels: fc.uint8Array({ minLength: length, maxLength: length }),
        filters: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: height, maxLength: height }),
      });
    });
  fc.assert(
    fc.property(picture, ({ channels, width, height, pixels, filters }) => {
      const header = Buffer.alloc(13);
      header.writeUInt32BE(width, 0);
      header.writeUInt32BE(height, 4);
      header.set([8, channels === 1 ? 0 : 2, 0, 0, 0], 8);
      const stream = deflateSync(filterRows(pixels, width * channels, channels, filters));
      const parts = [stream.subarray(0, 5), stream.subarray(5)].map((part) => chunk("IDAT", part));
      const file = Buffer.concat([gray.subarray(0, 8), chunk("IHDR", header), ...parts, chunk("IEND")]);
      assert.deepEqual(decodePlainPng(file), { height, width, channels, pixels });
      assert.deepEqual(plainPngSize(file), { height, width, channels });
    }),
  );
});

test("files that sharp writes are read as sharp reads them", async () => {
  const noise = { type: "gaussian" as const, mean: 128, sigma: 60 };
  const colours = sharp({ create: { width: 31, height: 17, channels: 3, background: "gray", noise } });
  for (const space of ["b-w", "srgb"]) {
    const file = await colours.clone().toColourspace(space).png({ adaptiveFiltering: true }).toBuffer();
    const expected = await sharp(file).toColourspace(space).raw().toBuffer();
    assert.deepEqual(decodePlainPng(file)?.pixels, new Uint8Array(expected), space);
  }
});

test("chunks that only describe change nothing, as in sharp", async () => {
  const described = withChunks(
    gray,
    "IDAT",
    chunk("gAMA", Buffer.from([0, 0, 0xb1, 0x8f])),
    chunk("sRGB", Buffer.of(0)),
    chunk("bKGD", Buffer.of(0, 77)),
    chunk("pHYs", Buffer.from([0, 0, 11, 19, 0, 0, 11, 19, 1])),
    chunk("tEXt", Buffer.from("Software\0none")),
  );
  assert.deepEqual([...(await sharp(described).toColourspace("b-w").raw().toBuffer())], sample);
  assert.deepEqual(decodePlainPng(described)?.pixels, Uint8Array.from(sample));
  assert.deepEqual(plainPngSize(described), { height: 3, width: 4, channels: 1 });
});

test("profiles, transparency, orientation, frames and what is not known are left to sharp", () => {
  for (const name of ["iCCP", "tRNS", "eXIf", "acTL", "zTXt", "quIz"]) {
    const file = withChunks(gray, "IDAT", chunk(name, Buffer.alloc(4)));
    assert.deepEqual([decodePlainPng(file), plainPngSize(file)], [undefined, undefined], name);
    assert.equal(decodePlainPng(withChunks(gray, "IEND", chunk(name, Buffer.alloc(4)))), undefined, name);
  }
});

test("other kinds of PNG are left to sharp", async () => {
  const deep = png({ width: 2, height: 1, kind: "gray", bits: 16 }, [1, 2]);
  const clear = png({ width: 1, height: 1, kind: "rgba" }, [1, 2, 3, 4]);
  const grays = sharp(Uint8Array.from(sample), { raw: { width: 4, height: 3, channels: 1 } });
  const interlaced = await grays.clone().toColourspace("b-w").png({ progressive: true }).toBuffer();
  const palette = await grays.clone().png({ palette: true }).toBuffer();
  const large = png({ width: 256, height: 256, kind: "gray" }, new Array<number>(65_536).fill(1));
  const found = [deep, clear, interlaced, palette, large, Buffer.from("GIF89a")].map(decodePlainPng);
  assert.deepEqual(found, new Array(6).fill(undefined));
});

test("a file cut off anywhere, or with a bit changed anywhere, is left to sharp", () => {
  assert.deepEqual(decodePlainPng(gray)?.pixels, Uint8Array.from(sample));
  for (let length = 0; length < gray.length; length++)
    assert.equal(decodePlainPng(gray.subarray(0, length)), undefined, `${length} bytes`);
  for (let bit = 0; bit < 8 * gray.length; bit++) {
    const changed = Buffer.from(gray);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    assert.equal(decodePlainPng(changed), undefined, `bit ${bit}`);
  }
});

test("streams with too little, too much, another filter or a wrong sum are left to sharp", () => {
  const rows = Buffer.from([0, 1, 2, 3, 4, 1, 5, 6, 7, 8, 2, 9, 10, 11, 12]);
  const stream = deflateSync(rows);
  assert.ok(decodePlainPng(ofStream(stream)));
  const wrongSum = Buffer.from(stream);
  wrongSum.writeUInt8((stream.at(-1) as number) ^ 1, stream.length - 1);
  const wrong = {
    short: deflateSync(rows.subarray(1)),
    long: deflateSync(Buffer.concat([rows, Buffer.of(0)])),
    bomb: deflateSync(Buffer.alloc(1 << 20)),
    filter: deflateSync(Buffer.from(rows).fill(5, 5, 6)),
    wrongSum,
    none: Buffer.alloc(0),
  };
  for (const [name, bytes] of Object.entries(wrong))
    assert.equal(decodePlainPng(ofStream(bytes)), undefined, name);
  const apart = withChunks(
    ofStream(stream.subarray(0, 4)),
    "IEND",
    chunk("tIME", Buffer.alloc(7)),
    chunk("IDAT", stream.subarray(4)),
  );
  assert.equal(decodePlainPng(apart), undefined, "stream with a chunk within");
});
