// The header of a .wav file (RIFF/WAVE, Microsoft and IBM 1991): chunks of a name, a length and bytes.
import type { FileHandle } from "node:fs/promises";
import { FileSizeError, FormatError } from "../errors.ts";
import { readBytes } from "../file.ts";
import { type SampleType, sampleTypes } from "./samples.ts";

export interface WavHeader {
  readonly type: SampleType;
  readonly channels: number;
  /** Frames per second. */
  readonly sampleRate: number;
  /** Where the samples start, in bytes. */
  readonly offset: number;
  /** Samples at one time: one of each channel. */
  readonly frames: number;
}

/** Whether these are the first bytes (at least 12) of a .wav file. */
export function looksLikeWav(head: Uint8Array): boolean {
  return ascii(head, 0) === "RIFF" && ascii(head, 8) === "WAVE";
}

/** Reads the chunks up to the samples. Throws `FormatError` or `FileSizeError`. */
export async function readWavHeader(handle: FileHandle, size: number, path: string): Promise<WavHeader> {
  const head = await readBytes(handle, 0, 12);
  if (!looksLikeWav(head)) {
    const found = `starts with ${JSON.stringify(ascii(head, 0))} and ${JSON.stringify(ascii(head, 8))}`;
    throw new FormatError(path, found, 'a .wav file, starting with "RIFF" and, after its length, "WAVE"');
  }
  let format: Omit<WavHeader, "offset" | "frames"> | undefined;
  for (let at = 12; at + 8 <= size; ) {
    const chunk = await readBytes(handle, at, 8);
    const name = ascii(chunk, 0);
    const length = viewOf(chunk).getUint32(4, true);
    const start = at + 8;
    if (name === "fmt ") format = parseFormat(await readBytes(handle, start, Math.min(length, 40)), path);
    if (name === "data") {
      if (!format) throw new FormatError(path, "has its samples before their format", 'a chunk "fmt " first');
      // Programs that write into a pipe cannot know the length: it is then all ones, and the samples end the file.
      const bytes = length === 0xffffffff ? size - start : length;
      if (start + bytes > size) throw new FileSizeError(path, size, start + bytes);
      const frames = Math.floor(bytes / (sampleTypes[format.type].bytes * format.channels));
      return { ...format, offset: start, frames };
    }
    // Chunks begin at even places.
    at = start + length + (length % 2);
  }
  throw new FormatError(path, `has no chunk ${format ? '"data"' : '"fmt "'}`, "both, format and samples");
}

/** Formats 1 (whole numbers) and 3 (floats), also as the first two bytes of an extensible format's GUID. */
function parseFormat(bytes: Uint8Array, path: string): Omit<WavHeader, "offset" | "frames"> {
  const extensible = bytes.length >= 26 && viewOf(bytes).getUint16(0, true) === 0xfffe;
  if (bytes.length < 16) throw new FormatError(path, `has a format of ${bytes.length} bytes`, "at least 16");
  const view = viewOf(bytes);
  const code = view.getUint16(extensible ? 24 : 0, true);
  const channels = view.getUint16(2, true);
  const bits = view.getUint16(14, true);
  const type = `${code === 3 ? "float" : "int"}${bits}`;
  if ((code !== 1 && code !== 3) || !Object.hasOwn(sampleTypes, type)) {
    const found = `holds samples of format ${code} with ${bits} bits`;
    throw new FormatError(
      path,
      found,
      "format 1 (PCM) with 8, 16, 24 or 32 bits, or 3 (float) with 32 or 64",
    );
  }
  if (channels === 0) throw new FormatError(path, "has 0 channels", "at least 1");
  return { type: type as SampleType, channels, sampleRate: view.getUint32(4, true) };
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
