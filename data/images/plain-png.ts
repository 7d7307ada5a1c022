// Decodes plain, small PNG files (8 bits, gray or RGB) without the image library: W3C PNG, third edition.
import { crc32 } from "node:zlib";
import { unzlibSync } from "fflate";
import type { ImageSize } from "./decode.ts";

/**
 * The most bytes of a file, and of its pixels, that are decoded here. For a picture of 28 × 28 the library takes 1 ms of
 * processor time, nearly all of it to set up, and this 0.05 ms. Large ones it decodes in several threads at a time.
 */
export const SMALL = 1 << 15;

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Chunks that leave pixels as they are. Others may hold a colour profile, transparency, a turn, frames. */
const harmless = new Set(["gAMA", "cHRM", "sRGB", "bKGD", "pHYs", "tIME", "tEXt"]);

interface Parts extends ImageSize {
  readonly compressed: readonly Buffer[];
}

/** The size by a file's first bytes; undefined where it is not plain or not whole: then the library has the word. */
export function plainPngSize(head: Buffer): ImageSize | undefined {
  const parts = readChunks(head, "IDAT");
  return parts && { height: parts.height, width: parts.width, channels: parts.channels };
}

/** Size and pixels of a whole file; undefined where it is not plain, not small or not whole. */
export function decodePlainPng(file: Buffer): (ImageSize & { readonly pixels: Uint8Array }) | undefined {
  const parts = readChunks(file, "IEND");
  if (!parts) return undefined;
  const { height, width, channels, compressed } = parts;
  const rowBytes = width * channels;
  if (height * rowBytes > SMALL) return undefined;
  const length = height * (1 + rowBytes);
  const filtered = inflate(
    compressed.length === 1 ? (compressed[0] as Buffer) : Buffer.concat(compressed),
    length,
  );
  const pixels = filtered && unfilter(filtered, height, rowBytes, channels);
  return pixels && { height, width, channels, pixels };
}

/** Walks the chunks: to the first of the pixels, or to the end of the file, which must be the end of the image. */
function readChunks(file: Buffer, until: "IDAT" | "IEND"): Parts | undefined {
  if (!file.subarray(0, 8).equals(signature)) return undefined;
  const compressed: Buffer[] = [];
  let size: ImageSize | undefined;
  for (let at = 8, last = ""; at + 12 <= file.length; ) {
    const end = at + 12 + file.readUInt32BE(at);
    const name = file.toString("latin1", at + 4, at + 8);
    if (name === "IDAT" && until === "IDAT") return size && { ...size, compressed };
    if (end > file.length || crc32(file.subarray(at + 4, end - 4)) !== file.readUInt32BE(end - 4))
      return undefined;
    const body = file.subarray(at + 8, end - 4);
    if (name === "IEND") return size && end === file.length ? { ...size, compressed } : undefined;
    if (name === "IHDR" && last === "") size = readHeader(body);
    else if (name === "IDAT" && (last === "IDAT" || compressed.length === 0)) compressed.push(body);
    else if (!harmless.has(name)) return undefined;
    if (!size) return undefined;
    last = name;
    at = end;
  }
  return undefined;
}

function readHeader(body: Buffer): ImageSize | undefined {
  if (body.length !== 13) return undefined;
  const [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
  const [depth, colour, compression, filter, interlace] = body.subarray(8);
  const plain = depth === 8 && compression === 0 && filter === 0 && interlace === 0;
  if (!plain || (colour !== 0 && colour !== 2) || width === 0 || height === 0) return undefined;
  return { height, width, channels: colour === 0 ? 1 : 3 };
}

/**
 * The zlib stream's content, if it is whole and as long as it has to be (RFC 1950). Not by node:zlib: a process that exits
 * while one of its threads makes a stream of that kind is aborted (Node 20).
 */
function inflate(stream: Buffer, length: number): Uint8Array | undefined {
  try {
    // Room for more than there should be, to see it.
    const content = unzlibSync(stream, { out: new Uint8Array(length + 64) });
    const whole = content.length === length && adler32(content) === stream.readUInt32BE(stream.length - 4);
    return whole ? content : undefined;
  } catch {
    return undefined;
  }
}

/** The sum at the end of a zlib stream (RFC 1950, section 2.2). */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  // As many bytes as 32 bits hold the sums of.
  for (let from = 0; from < bytes.length; from += 5552) {
    for (const byte of bytes.subarray(from, from + 5552)) {
      a += byte;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}

/** Undoes the filter that each row begins with the number of (section 9). */
function unfilter(
  filtered: Uint8Array,
  height: number,
  rowBytes: number,
  step: number,
): Uint8Array | undefined {
  const out = new Uint8Array(height * rowBytes);
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    const filter = filtered[from++] as number;
    if (filter > 4) return undefined;
    for (let x = 0; x < rowBytes; x++, from++, to++) {
      const left = x < step ? 0 : (out[to - step] as number);
      const up = y === 0 ? 0 : (out[to - rowBytes] as number);
      const corner = x < step || y === 0 ? 0 : (out[to - rowBytes - step] as number);
      out[to] = (filtered[from] as number) + predict(filter, left, up, corner);
    }
  }
  return out;
}

function predict(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const [toLeft, toUp, toCorner] = [
        Math.abs(up - corner),
        Math.abs(left - corner),
        Math.abs(left + up - 2 * corner),
      ];
      if (toLeft <= toUp && toLeft <= toCorner) return left;
      return toUp <= toCorner ? up : corner;
    }
    default:
      return 0;
  }
}
