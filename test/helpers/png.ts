// PNG files made byte by byte (RFC 2083), without an image library.
import { crc32, deflateSync } from "node:zlib";

const kinds = { gray: { code: 0, samples: 1 }, rgb: { code: 2, samples: 3 }, rgba: { code: 6, samples: 4 } };

/** @param samples row by row, each in `bits` bits, big-endian */
export function png(
  {
    width,
    height,
    kind,
    bits = 8,
  }: { width: number; height: number; kind: keyof typeof kinds; bits?: 8 | 16 },
  samples: readonly number[],
): Buffer {
  const row = width * kinds[kind].samples;
  const bytes = Buffer.alloc(height * (1 + (row * bits) / 8));
  let at = 0;
  for (let y = 0; y < height; y++) {
    // Each row begins with its filter: 0, none.
    at++;
    for (const sample of samples.slice(y * row, (y + 1) * row)) {
      at = bits === 8 ? bytes.writeUInt8(sample, at) : bytes.writeUInt16BE(sample, at);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, kinds[kind].code, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(bytes)), chunk("IEND")]);
}

export function chunk(name: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(name), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
