// The values of a .npy file, little-endian on disk, as uint8 or float32.
import { endianness } from "node:os";
import type { ItemArray } from "../dataset.ts";
import { LARGEST_EXACT } from "../range.ts";

interface NpyTypeInfo {
  readonly bytes: number;
  /** Lowest and highest value, where an item is kept as uint8 as it is. */
  readonly byteRange?: readonly [number, number];
  /** Whether all are whole numbers. */
  readonly whole: boolean;
  /** The value that begins at this byte. */
  readonly read: (view: DataView, at: number) => number | bigint;
}

/** The types that are read, as NumPy writes them: byte order, kind, bytes. */
export const npyTypes = {
  "|u1": { bytes: 1, byteRange: [0, 255], whole: true, read: (view, at) => view.getUint8(at) },
  "|b1": { bytes: 1, byteRange: [0, 1], whole: true, read: (view, at) => view.getUint8(at) },
  "|i1": { bytes: 1, whole: true, read: (view, at) => view.getInt8(at) },
  "<u2": { bytes: 2, whole: true, read: (view, at) => view.getUint16(at, true) },
  "<i2": { bytes: 2, whole: true, read: (view, at) => view.getInt16(at, true) },
  "<u4": { bytes: 4, whole: true, read: (view, at) => view.getUint32(at, true) },
  "<i4": { bytes: 4, whole: true, read: (view, at) => view.getInt32(at, true) },
  "<u8": { bytes: 8, whole: true, read: (view, at) => view.getBigUint64(at, true) },
  "<i8": { bytes: 8, whole: true, read: (view, at) => view.getBigInt64(at, true) },
  "<f4": { bytes: 4, whole: false, read: (view, at) => view.getFloat32(at, true) },
  "<f8": { bytes: 8, whole: false, read: (view, at) => view.getFloat64(at, true) },
} as const satisfies Record<string, NpyTypeInfo>;

export type NpyType = keyof typeof npyTypes;

export const npyType = (type: NpyType): NpyTypeInfo => npyTypes[type];

/**
 * float64 is rounded to float32. A whole number that float32 does not hold exactly (over 2^24)
 * becomes NaN. The bytes are not to be used afterwards: the values may lie in them.
 */
export function decodeNpy(bytes: Uint8Array<ArrayBuffer>, type: NpyType): ItemArray {
  const info = npyType(type);
  if (info.byteRange) return bytes;
  const { read, whole } = info;
  if (type === "<f4" && endianness() === "LE" && bytes.byteOffset % 4 === 0)
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(bytes.length / info.bytes);
  for (let i = 0; i < out.length; i++) {
    const value = Number(read(view, i * info.bytes));
    out[i] = whole && Math.abs(value) > LARGEST_EXACT ? Number.NaN : value;
  }
  return out;
}

/** One value as it is on disk, for messages. */
export function rawNpy(bytes: Uint8Array<ArrayBuffer>, type: NpyType, index: number): string {
  const { bytes: size, read } = npyType(type);
  return String(read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), index * size));
}

/** What values of this type can be, for messages. */
export function wantedOfNpy(type: NpyType): string {
  return npyType(type).whole
    ? `whole numbers up to ${LARGEST_EXACT}, which float32 holds exactly`
    : "finite float32 numbers";
}
